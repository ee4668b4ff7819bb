package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Tests forged and expensive input of strangers and members: all of it is refused, and none is stored. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class HostileInputIT {

    private final RunningApi api = RunningApi.shared();
    private ApiClient user;
    private String organization;

    @BeforeAll
    void start() {
        user = api.client().user("hostile" + UUID.randomUUID() + "@example.org");
        organization = "/organizations/"
                + user.post("/organizations", Map.of("name", "Hostile " + UUID.randomUUID()))
                        .text("id");
    }

    @Test
    void aForgedTokenOpensNothing() throws Exception {
        String[] parts = user.token().split("\\.");
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String later = payload.replaceAll("\"exp\":\\d+", "\"exp\":9999999999");
        assertThat(later).isNotEqualTo(payload);
        SoftAssertions softly = new SoftAssertions();
        for (String head : List.of(
                "{\"alg\":\"none\"}",
                "{\"alg\":\"None\",\"typ\":\"JWT\"}",
                "{\"alg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"kid\":\"../../../../dev/null\"}",
                "{\"alg\":\"HS256\",\"kid\":\"' union select 'x' --\"}",
                "{\"alg\":\"HS256\",\"jku\":\"http://127.0.0.1:1/keys\"}",
                "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}",
                "{\"alg\":\"HS512\"}",
                "{\"alg\":\"RS256\"}",
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"zip\":\"DEF\"}")) {
            for (String body : List.of(payload, later)) {
                String open = encoded(head) + "." + encoded(body);
                for (String signature :
                        List.of("", parts[2], signed(open, ""), signed(open, "secret"), signed(open, "\0"))) {
                    if (head.equals(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8))
                            && body.equals(payload)
                            && signature.equals(parts[2])) {
                        continue;
                    }
                    softly.assertThat(api.client()
                                    .as(open + "." + signature)
                                    .get("/users/me")
                                    .status())
                            .as(head + " " + body + " " + signature)
                            .isEqualTo(401);
                }
            }
        }
        softly.assertThat(api.client()
                        .as(parts[0] + "." + encoded(later) + "." + parts[2])
                        .get("/users/me")
                        .status())
                .isEqualTo(401);
        softly.assertAll();
        assertThat(user.get("/users/me").status()).isEqualTo(200);
    }

    @Test
    void whatIsDeepLongOrManyIsRefused() {
        SoftAssertions softly = new SoftAssertions();
        String settings = organization + "/settings";
        Map<String, String> bodies = new LinkedHashMap<>();
        bodies.put("deep", "{\"custom_settings\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
        bodies.put("deep objects", "{\"custom_settings\":" + "{\"a\":".repeat(2000) + "1" + "}".repeat(2001));
        bodies.put("a long number", "{\"session_timeout_minutes\":" + "9".repeat(100_000) + "}");
        bodies.put("a huge number", "{\"ai_cost_budget_monthly\":1e999999999}");
        bodies.put("a tiny number", "{\"ai_cost_budget_monthly\":1e-999999999}");
        bodies.put("a huge number for a whole one", "{\"session_timeout_minutes\":1e999999999}");
        bodies.put("more digits than are kept", "{\"ai_cost_budget_monthly\":1.005}");
        bodies.put("a huge number in what is free", "{\"custom_settings\":{\"a\":1e999999999}}");
        bodies.put("a long text in what is free", "{\"custom_settings\":{\"a\":\"" + "x".repeat(4_000_000) + "\"}}");
        bodies.put("many in what is free", "{\"custom_settings\":{\"a\":[" + "1,".repeat(500_000) + "1]}}");
        bodies.put(
                "many fields",
                "{"
                        + IntStream.range(0, 200_000)
                                .mapToObj(i -> "\"f" + i + "\":1")
                                .collect(Collectors.joining(",")) + "}");
        bodies.put(
                "many models",
                "{\"allowed_ai_models\":["
                        + IntStream.range(0, 100_000)
                                .mapToObj(i -> "\"m" + i + "\"")
                                .collect(Collectors.joining(","))
                        + "]}");
        for (String path : List.of(settings, "/users/me/preferences")) {
            bodies.forEach((name, body) -> {
                RawReply reply = send("PATCH", path, body, Map.of("If-Match", "*"));
                softly.assertThat(reply.status())
                        .as(path + ", " + name + ": " + reply)
                        .isBetween(400, 422);
            });
            softly.assertThat(user.get(path).text().length()).as(path).isLessThan(40_000);
        }
        softly.assertAll();
    }

    @Test
    void manyHeadersParametersAndPartsAreRefused() {
        SoftAssertions softly = new SoftAssertions();
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 500; i++) {
            many.put("X-" + i, "x");
        }
        softly.assertThat(send("GET", "/users/me", "", many).status())
                .as("headers")
                .isBetween(400, 499);
        softly.assertThat(send("GET", "/users/me", "", Map.of("X-Long", "x".repeat(40_000)))
                        .status())
                .as("a header")
                .isBetween(400, 499);
        softly.assertThat(send("GET", "/users/me", "", Map.of("Accept", "text/html;q=0.1,".repeat(1500) + "*/*"))
                        .status())
                .as("media types")
                .isLessThan(500);
        softly.assertThat(send("PATCH", organization, "{}", Map.of("If-Match", ", ".repeat(15_000)))
                        .status())
                .as("conditions")
                .isBetween(400, 499);
        softly.assertThat(send("GET", "/users/me?" + "a=1&".repeat(5000), "", Map.of())
                        .status())
                .as("parameters")
                .isBetween(400, 499);
        String base = user.post(organization + "/knowledge-bases", Map.of("name", "Parts"))
                .text("id");
        StringBuilder parts = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            parts.append("--")
                    .append(Multipart.BOUNDARY)
                    .append("\r\nContent-Disposition: form-data; name=\"files\"; filename=\"")
                    .append(i)
                    .append(".txt\"\r\n\r\nx\r\n");
        }
        parts.append("--").append(Multipart.BOUNDARY).append("--\r\n");
        RawReply reply = send(
                "POST",
                "/knowledge-bases/" + base + "/documents",
                parts.toString(),
                Map.of("Content-Type", "multipart/form-data; boundary=" + Multipart.BOUNDARY));
        softly.assertThat(reply.status()).as("parts: " + reply).isBetween(400, 499);
        softly.assertAll();
    }

    /** All JSON of a request has limits. */
    @Test
    void everyTextAndListOfARequestIsBounded() {
        SoftAssertions softly = new SoftAssertions();
        for (ApiOperation operation :
                ApiOperation.all(api.client().get("/openapi").body())) {
            if (operation.takesJson()) {
                operation.bodySchema().path("properties").properties().forEach(property -> {
                    JsonNode schema = property.getValue();
                    String type = schema.path("type").toString();
                    String where = operation + " " + property.getKey() + " " + schema;
                    if (type.contains("string")) {
                        softly.assertThat(schema.has("maxLength")
                                        || schema.has("format")
                                        || schema.has("enum")
                                        || schema.has("pattern"))
                                .as(where)
                                .isTrue();
                    }
                    if (type.contains("array")) {
                        softly.assertThat(schema.has("maxItems")).as(where).isTrue();
                    }
                });
            }
        }
        softly.assertAll();
    }

    private RawReply send(String method, String path, String body, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(TenantWorld.headers(user.token()));
        if (!body.isEmpty()) {
            all.put("Content-Type", "application/json");
        }
        all.putAll(headers);
        return RawReply.of(method, api.client().address() + "/api/v1" + path, all, body);
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String signed(String open, String key) throws Exception {
        byte[] bytes = new byte[32];
        byte[] secret = key.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(secret, 0, bytes, 0, secret.length);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(mac.doFinal(open.getBytes(StandardCharsets.US_ASCII)));
    }
}
