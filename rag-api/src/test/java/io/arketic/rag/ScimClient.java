package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls SCIM as an organization's directory. */
record ScimClient(String address, String token) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TYPE = "application/scim+json";

    /** Holds a response, whose body is SCIM's JSON. */
    record Reply(int status, String text, HttpResponse<String> response) {

        JsonNode body() {
            return JSON.readTree(text);
        }

        String id() {
            assertThat(status).as(text).isBetween(200, 201);
            return body().path("id").stringValue();
        }

        /** Fails unless it is an error with this status, and this {@code scimType} if any. */
        void assertError(int expected, String scimType) {
            assertThat(status).as(text).isEqualTo(expected);
            assertThat(body().path("schemas").get(0).stringValue())
                    .isEqualTo("urn:ietf:params:scim:api:messages:2.0:Error");
            assertThat(body().path("status").asString()).isEqualTo(Integer.toString(expected));
            if (scimType != null) {
                assertThat(body().path("scimType").asString("")).as(text).isEqualTo(scimType);
            }
        }

        void assertProblem(int expected, String reason) {
            assertError(expected, null);
            assertThat(body().path("type").asString("")).as(text).isEqualTo("urn:arketic:problem:" + reason);
        }
    }

    /** Makes a token of the organization, as its owner. */
    static ScimClient of(RunningApi api, ApiClient owner, String organizationPath) {
        ApiClient.Reply made = owner.post(
                organizationPath + "/scim-tokens", java.util.Map.of("name", "Directory " + UUID.randomUUID()));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return new ScimClient(api.client().address(), made.text("token"));
    }

    /** Gives the organization a verified domain, and room for members. */
    static String domain(RunningApi api, String organizationId) {
        String domain = "d" + UUID.randomUUID().toString().substring(0, 13) + ".example";
        api.execute("insert into organization_domains (organization_id, domain, txt_record, verified_at) values ('"
                + organizationId + "', '" + domain + "', 'x', now())");
        api.execute("update organizations set max_members = 100000 where id = '" + organizationId + "'");
        return domain;
    }

    static String filter(String path, String filter) {
        return path + "?filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8);
    }

    Reply get(String path) {
        return send(request(path).GET());
    }

    Reply post(String path, String body) {
        return send(request(path).header("Content-Type", TYPE).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Reply put(String path, String body) {
        return send(request(path).header("Content-Type", TYPE).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    Reply patch(String path, String operations) {
        String body =
                "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":" + operations + "}";
        return send(
                request(path).header("Content-Type", TYPE).method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
    }

    Reply delete(String path) {
        return send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/scim/v2" + path));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (!response.body().isEmpty()) {
                assertThat(response.headers().firstValue("Content-Type").orElse(""))
                        .as(response.body())
                        .startsWith(TYPE);
            }
            return new Reply(response.statusCode(), response.body(), response);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
