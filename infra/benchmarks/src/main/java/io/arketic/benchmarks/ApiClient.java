package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/** One user of the HTTP API, one call at a time over one kept connection. */
final class ApiClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BASE = "/api/v1";

    private final URI address;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String email = "";
    private String password = "";
    private String token = "";

    ApiClient(URI address) {
        this.address = address;
    }

    ObjectNode object() {
        return JSON.createObjectNode();
    }

    void register(String email, String password) throws IOException, InterruptedException {
        this.email = email;
        this.password = password;
        post(
                "/auth/register",
                object().put("email", email)
                        .put("password", password)
                        .put("first_name", "Bench")
                        .put("last_name", "Mark"));
        logIn();
    }

    UUID userId() throws IOException, InterruptedException {
        return UUID.fromString(get("/auth/me").get("id").asText());
    }

    ObjectNode get(String path) throws IOException, InterruptedException {
        return send(path, HttpRequest.newBuilder().GET());
    }

    ObjectNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        return send(
                path,
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    ObjectNode upload(String path, String filename, String text) throws IOException, InterruptedException {
        String boundary = UUID.randomUUID().toString();
        String body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"" + filename
                + "\"\r\nContent-Type: text/plain\r\n\r\n" + text + "\r\n--" + boundary + "--\r\n";
        return send(
                path,
                HttpRequest.newBuilder()
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
    }

    private void logIn() throws IOException, InterruptedException {
        token = "";
        token = post("/auth/login", object().put("email", email).put("password", password))
                .get("access_token")
                .asText();
    }

    private ObjectNode send(String path, HttpRequest.Builder request) throws IOException, InterruptedException {
        request.uri(address.resolve(BASE + path)).timeout(Duration.ofMinutes(2)).header("Accept", "application/json");
        HttpResponse<String> answer = client.send(authorized(request), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 401 && !token.isEmpty()) {
            // Access tokens are short-lived; some benchmarks are not.
            logIn();
            answer = client.send(authorized(request), HttpResponse.BodyHandlers.ofString());
        }
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(path + " answered " + answer.statusCode() + " " + answer.body());
        }
        return (ObjectNode) JSON.readTree(answer.body());
    }

    private HttpRequest authorized(HttpRequest.Builder request) {
        return token.isEmpty()
                ? request.build()
                : request.setHeader("Authorization", "Bearer " + token).build();
    }
}
