package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests that a request is executed or refused, and no part of it ignored. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrictRequestsIT {

    private RunningApi api;
    private List<ApiOperation> operations;
    private ApiClient user;
    private String organization;
    private String chat;
    private String base;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
        operations = ApiOperation.all(api.client().get("/openapi").body());
        user = api.client().user("strict" + UUID.randomUUID() + "@example.org");
        organization = "/organizations/"
                + user.post("/organizations", Map.of("name", "Strict " + UUID.randomUUID(), "description", "Pumps"))
                        .text("id");
        chat = "/chats/"
                + user.post(organization + "/chats", Map.of("title", "One", "system_prompt", "Be brief."))
                        .text("id");
        base = "/knowledge-bases/"
                + user.post(organization + "/knowledge-bases", Map.of("name", "One", "description", "Pumps"))
                        .text("id");
    }

    /** Checks every operation that takes JSON. */
    @Test
    void anUnknownFieldIsNamed() {
        SoftAssertions softly = new SoftAssertions();
        BodyForge forge = new BodyForge(3);
        TenantWorld world = TenantWorld.make(api.client(), operations, forge);
        for (ApiOperation operation : operations) {
            // What a webhook sends has the fields of its sender.
            if (!operation.takesJson()
                    || operation.permission().name().contains("SYSTEM")
                    || operation.path().endsWith("/hooks/{token}")) {
                continue;
            }
            Map<String, String> fields = forge.valid(operation);
            fields.put("colourOfIt", "1");
            Map<String, String> headers = world.headers();
            headers.put("If-Match", "*");
            headers.put("Content-Type", "application/json");
            RawReply reply = RawReply.of(operation.method(), world.address(operation), headers, BodyForge.text(fields));
            softly.assertThat(reply.status()).as(operation + ": " + reply).isIn(422, 403);
            if (reply.status() == 422) {
                softly.assertThat(reply.body()
                                .path("errors")
                                .path(0)
                                .path("field")
                                .asString(""))
                        .as(operation.toString())
                        .isEqualTo("colourOfIt");
            }
        }
        softly.assertAll();
    }

    /** Checks every operation with changes: a lost update is refused, and so is a condition that it does not check. */
    @Test
    void aConditionIsMetOrRefused() {
        SoftAssertions softly = new SoftAssertions();
        BodyForge forge = new BodyForge(5);
        TenantWorld world = TenantWorld.make(api.client(), operations, forge);
        for (ApiOperation operation : operations) {
            if (operation.method().equals("GET")
                    || operation.permission().name().contains("SYSTEM")) {
                continue;
            }
            boolean asks = operation.parameters("header").stream()
                    .anyMatch(header -> header.path("name").asString().equals("If-Match"));
            if (operation.method().equals("PATCH")) {
                softly.assertThat(asks).as(operation + " is a change of a part").isTrue();
            }
            Map<String, String> headers = world.headers();
            byte[] body = new byte[0];
            if (operation.takesFiles()) {
                headers.put("Content-Type", "multipart/form-data; boundary=" + Multipart.BOUNDARY);
                body = Multipart.file("files", "a.txt", "text");
            } else if (operation.takesJson()) {
                headers.put("Content-Type", "application/json");
                body = BodyForge.text(forge.valid(operation)).getBytes(StandardCharsets.UTF_8);
            } else if (operation.takesForm()) {
                headers.put("Content-Type", "application/x-www-form-urlencoded");
            }
            if (asks) {
                RawReply missing = RawReply.of(operation.method(), world.address(operation), headers, body);
                softly.assertThat(missing.status())
                        .as(operation + ": " + missing)
                        .isIn(428, 403);
            }
            headers.put("If-Match", "\"0\"");
            RawReply stale = RawReply.of(operation.method(), world.address(operation), headers, body);
            softly.assertThat(stale.status()).as(operation + ": " + stale).isIn(asks ? 412 : 422, 403);
        }
        softly.assertAll();
    }

    /** Checks every operation. */
    @Test
    void anUnknownParameterIsNamed() {
        SoftAssertions softly = new SoftAssertions();
        for (ApiOperation operation : operations) {
            // A provider adds parameters of its own.
            if (operation.path().endsWith("/sign-in/{provider}/callback")) {
                continue;
            }
            String address = api.client().address() + operation.path().replaceAll("\\{[^}]+}", "1") + "?chatTyp=direct";
            Map<String, String> headers = TenantWorld.headers(user.token());
            byte[] body = new byte[0];
            if (operation.takesFiles()) {
                headers.put("Content-Type", "multipart/form-data; boundary=" + Multipart.BOUNDARY);
                body = Multipart.file("files", "a.txt", "text");
            } else if (operation.takesForm()) {
                headers.put("Content-Type", "application/x-www-form-urlencoded");
            }
            RawReply reply = RawReply.of(operation.method(), address, headers, body);
            softly.assertThat(reply.status()).as(operation + ": " + reply).isIn(422, 403);
            if (reply.status() == 422) {
                softly.assertThat(reply.body()
                                .path("errors")
                                .path(0)
                                .path("field")
                                .asString(""))
                        .as(operation.toString())
                        .isEqualTo("chatTyp");
            }
            operation
                    .parameters("query")
                    .forEach(parameter -> softly.assertThat(
                                    parameter.path("name").asString(""))
                            .as(operation.toString())
                            .matches("[a-z_]+"));
        }
        softly.assertAll();
        assertThat(user.get(organization + "/chats?chat_type=group").body().path("items"))
                .isEmpty();
        assertThat(user.get(organization + "/chats?chat_type=direct").body().path("items"))
                .isNotEmpty();
    }

    @Test
    void nullTakesAwayAndIsRefusedWhereNothingCanBeTakenAway() {
        for (String type : List.of("application/json", "application/merge-patch+json")) {
            patch(chat, type, "{\"system_prompt\":\"Be brief.\",\"ai_model\":\"extractive\"}");
            JsonNode changed = patch(chat, type, "{\"system_prompt\":null,\"ai_model\":null}")
                    .body();
            assertThat(changed.path("system_prompt").isNull())
                    .as(changed.toString())
                    .isTrue();
            assertThat(changed.path("ai_model").isNull()).as(changed.toString()).isTrue();
            for (String described : List.of(organization, base)) {
                patch(described, type, "{\"description\":\"Pumps\"}");
                assertThat(patch(described, type, "{\"name\":\"N" + UUID.randomUUID() + "\"}")
                                .body()
                                .path("description")
                                .stringValue())
                        .isEqualTo("Pumps");
                assertThat(patch(described, type, "{\"description\":null}")
                                .body()
                                .path("description")
                                .isNull())
                        .isTrue();
                assertInvalid(patch(described, type, "{\"name\":null}"), "name");
            }
            patch(organization + "/settings", type, "{\"custom_settings\":{\"a\":1}}");
            JsonNode settings = patch(organization + "/settings", type, "{\"custom_settings\":null}")
                    .body();
            assertInvalid(patch(organization + "/settings", type, "{\"allowed_ai_models\":null}"), "allowed_ai_models");
            assertInvalid(patch(chat, type, "{\"knowledge_base_ids\":null}"), "knowledge_base_ids");
            assertThat(settings.path("custom_settings")).as(settings.toString()).isEmpty();
            assertInvalid(
                    patch(organization + "/settings", type, "{\"session_timeout_minutes\":null}"),
                    "session_timeout_minutes");
            assertInvalid(patch(chat, type, "{\"title\":null}"), "title");
            patch("/users/me/profile", type, "{\"bio\":\"Writes\"}");
            assertThat(patch("/users/me/profile", type, "{\"bio\":null}")
                            .body()
                            .path("bio")
                            .isNull())
                    .isTrue();
        }
        assertInvalid(patch("/users/me", "application/json", "{\"email\":\"other@example.org\"}"), "email");
    }

    private RawReply patch(String path, String type, String body) {
        RawReply reply = RawReply.of(
                "PATCH",
                user.address() + "/api/v1" + path,
                Map.of("Authorization", "Bearer " + user.token(), "Content-Type", type, "If-Match", "*"),
                body);
        return reply;
    }

    private static void assertInvalid(RawReply reply, String field) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(422);
        assertThat(reply.isProblem()).as(reply.toString()).isTrue();
        assertThat(reply.body().path("errors").findValuesAsString("field")).contains(field);
    }

    @Test
    void aTagCountsInAListAndAfterAProxyWeakenedIt() {
        for (String form : List.of("%s", "W/%s", "\"1\", %s", "\"1\",W/%s , \"2\"")) {
            String tag = user.get(chat).header("ETag");
            assertThat(user.patch(chat, Map.of("title", "T" + UUID.randomUUID()), "If-Match", form.formatted(tag))
                            .status())
                    .as(form)
                    .isEqualTo(200);
        }
        String tag = user.get(chat).header("ETag");
        assertThat(user.patch(chat, Map.of("title", "Gz"), "If-Match", tag.substring(0, tag.length() - 1) + "-gzip\"")
                        .status())
                .isEqualTo(200);
        String current = user.get(chat).header("ETag");
        for (String stale :
                List.of("\"1\", \"2\"", "W/\"1\"", current.replace("\"", ""), "\"x" + current.substring(1))) {
            user.patch(chat, Map.of("title", "Stale"), "If-Match", stale).assertProblem(412, "stale-version", null);
        }
    }

    @Test
    void aCompressedBodyIsRefusedWithWhatIsRead() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write("{\"title\":\"Packed\"}".getBytes(StandardCharsets.UTF_8));
        }
        for (String path : List.of("/api/v1" + organization + "/chats", "/v1/embeddings", "/mcp")) {
            RawReply reply = RawReply.of(
                    "POST",
                    user.address() + path,
                    Map.of(
                            "Authorization",
                            "Bearer " + user.token(),
                            "Content-Type",
                            "application/json",
                            "Content-Encoding",
                            "gzip"),
                    packed.toByteArray());
            assertThat(reply.status()).as(path + ": " + reply).isEqualTo(415);
            assertThat(reply.text()).contains("Content-Encoding");
        }
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        List<String> lists = new ArrayList<>(List.of(
                organization + "/chats?limit=1",
                organization + "/chats?limit=1&chat_type=direct",
                organization + "/knowledge-bases?limit=1",
                organization + "/documents?limit=1",
                organization + "/groups?limit=1",
                chat + "/messages?limit=1"));
        for (int more = 0; more < 2; more++) {
            user.post(organization + "/chats", Map.of("title", "More"));
            user.post(organization + "/knowledge-bases", Map.of("name", "More " + more));
            user.post(organization + "/documents/folders", Map.of("name", "More " + more));
            user.post(organization + "/groups", Map.of("name", "More " + more));
            user.post(chat + "/messages", Map.of("content", "Hello", "ask", false));
        }
        for (String list : lists) {
            String cursor = user.get(list).text("next_cursor");
            for (String other : lists) {
                ApiClient.Reply page = user.get(other + "&cursor=" + cursor);
                if (other.equals(list)) {
                    assertThat(page.status()).as(list).isEqualTo(200);
                } else {
                    page.assertProblem(422, "invalid-cursor", "cursor");
                }
            }
        }
    }
}
