package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the API over HTTP as one user. */
record ApiClient(String address, String token) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();

    /** Holds a response; {@code body} is missing if it is not JSON. */
    record Reply(int status, String text, HttpResponse<?> response) {

        JsonNode body() {
            return JSON.readTree(text);
        }

        String text(String field) {
            return body().path(field).stringValue();
        }

        /** Fails unless it is this problem, with the given field if any. */
        void assertProblem(int status, String reason, String field) {
            assertThat(status()).as(text).isEqualTo(status);
            assertThat(header("Content-Type")).startsWith("application/problem+json");
            assertThat(text("type")).isEqualTo("urn:arketic:problem:" + reason);
            if (field != null) {
                assertThat(body().path("errors").findValuesAsString("field")).contains(field);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    ApiClient as(String accessToken) {
        return new ApiClient(address, accessToken);
    }

    /** Registers and logs in. */
    ApiClient user(String email) {
        String password = "a good password";
        post("/auth/register", Map.of("email", email, "password", password, "first_name", "Ada", "last_name", "L"));
        return as(post("/auth/login", Map.of("email", email, "password", password))
                .body()
                .path("access_token")
                .stringValue());
    }

    Reply get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Reply delete(String path) {
        return send(request(path).DELETE());
    }

    Reply delete(String path, Object body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method("DELETE", HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    Reply post(String path, Object body, String... headers) {
        return post(path, JSON.writeValueAsString(body), headers);
    }

    Reply post(String path, String body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Reply patch(String path, Object body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    Reply put(String path, Object body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    /** Uploads text files, content by name. */
    Reply upload(String path, Map<String, String> files, String... headers) {
        return send("POST", path, files, headers);
    }

    /** Sends text files with a method, content by name. */
    Reply send(String method, String path, Map<String, String> files, String... headers) {
        String boundary = "boundary-" + UUID.randomUUID();
        StringBuilder body = new StringBuilder();
        files.forEach((name, content) -> body.append("--" + boundary + "\r\n"
                + "Content-Disposition: form-data; name=\"files\"; filename=\"" + name + "\"\r\n"
                + "Content-Type: text/plain\r\n\r\n" + content + "\r\n"));
        body.append("--" + boundary + "--\r\n");
        return send(request(path, headers)
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .method(method, HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                path.startsWith("http") ? path : address + (path.startsWith("/openapi") ? "" : "/api/v1") + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            PublishedContract.check(response.request().method(), response, response.body());
            return new Reply(response.statusCode(), response.body(), response);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
