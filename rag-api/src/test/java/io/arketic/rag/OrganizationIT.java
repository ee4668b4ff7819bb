package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests organizations over HTTP: settings, limits, subscriptions, exports and their log. */
class OrganizationIT extends OwnedOrganization {

    @Test
    void aChangeIsBasedOnWhatWasRead() {
        ApiClient.Reply read = ada.get(path);
        assertThat(ada.patch(path, Map.of("name", "Other")).status()).isEqualTo(428);
        ApiClient.Reply changed = ada.patch(path, Map.of("name", "Other"), "If-Match", read.header("ETag"));
        assertThat(changed.body().path("name").stringValue()).isEqualTo("Other");
        assertProblem(ada.patch(path, Map.of("name", "Third"), "If-Match", read.header("ETag")), 412, "stale-version");
        assertProblem(ada.patch(path, Map.of("name", " "), "If-Match", "*"), 422, "invalid-input");
    }

    @Test
    void noMoreQuestionsThanAllowedHoweverManyComeAtOnce() throws Exception {
        new TenantRows(api.database())
                .execute("update organizations set max_ai_requests_per_month = 5 where id = '" + path.substring(15)
                        + "'");
        String chat = "/chats/" + id(ada.post(path + "/chats", Map.of("title", "Many")));
        List<Callable<ApiClient.Reply>> questions = new ArrayList<>();
        for (int question = 0; question < 9; question++) {
            questions.add(() -> ada.post(chat + "/messages", Map.of("content", "How?")));
        }
        List<ApiClient.Reply> replies = together(questions);
        assertThat(replies.stream().filter(reply -> reply.status() == 200)).hasSize(5);
        replies.stream().filter(reply -> reply.status() != 200).forEach(reply -> {
            assertProblem(reply, 429, "ai-request-limit");
            assertThat(Long.parseLong(reply.header("Retry-After"))).isPositive();
        });
        JsonNode use = ada.get(path + "/usage").body().path("ai_requests");
        assertThat(use.path("used").asInt()).isEqualTo(5);
        assertThat(use.path("limit").asInt()).isEqualTo(5);
    }

    @Test
    void settingsTakeEffect() {
        String settings = path + "/settings";
        ApiClient.Reply read = ada.get(settings);
        assertThat(read.body().path("session_timeout_minutes").asInt()).isEqualTo(480);
        // No endpoint is configured: what would answer is named.
        assertThat(read.body().path("default_ai_model").stringValue()).isEqualTo("extractive");
        JsonNode models = ada.get(path + "/chat-models").body();
        assertThat(models.path("default_model").stringValue()).isEqualTo("extractive");
        assertThat(models.path("models").valueStream().map(JsonNode::stringValue))
                .containsExactly("extractive");
        JsonNode preferences = ada.get("/users/me/preferences").body();
        assertThat(preferences.path("default_ai_model").stringValue()).isEqualTo("extractive");
        JsonNode changed = ada.patch(
                        settings,
                        Map.of(
                                "allowed_ai_models",
                                List.of("small", "large"),
                                "default_ai_model",
                                "small",
                                "enable_api_access",
                                true,
                                "custom_settings",
                                Map.of("colour", "red")),
                        "If-Match",
                        read.header("ETag"))
                .body();
        assertThat(changed.path("enable_api_access").asBoolean()).isTrue();
        // None of the allowed models is there.
        assertThat(ada.get(path + "/chat-models").body().path("models")).isEmpty();
        assertThat(changed.path("custom_settings").path("colour").stringValue()).isEqualTo("red");
        assertProblem(ada.post(path + "/chats", Map.of("title", "x", "ai_model", "other")), 422, "model-not-allowed");
        assertProblem(
                ada.patch(settings, Map.of("default_ai_model", "other"), "If-Match", "*"), 422, "model-not-allowed");
        assertThat(ada.patch(settings, Map.of("allow_all_ai_models", true), "If-Match", "*")
                        .body()
                        .path("allowed_ai_models")
                        .isNull())
                .isTrue();
        assertProblem(ada.patch(settings, Map.of("require_2fa", true), "If-Match", "*"), 403, "second-factor-required");
        assertThat(ada.get(path).status()).isEqualTo(200);
        new TenantRows(api.database())
                .execute("update organization_settings set require_2fa = true where organization_id = '"
                        + path.substring(15) + "'");
        assertProblem(ada.get(path), 403, "second-factor-required");
    }

    @Test
    void theLogShowsOwnersTheUserAndTheRequestOfEachChange() throws Exception {
        ApiClient viewer = member("viewer");
        ada.patch(path, Map.of("name", "Renamed"), "If-Match", "*", "X-Request-Id", "rename-1");
        String log = path + "/audit-log";
        JsonNode entries =
                ada.get(log + "?table_name=organizations&action=update").body().path("items");
        JsonNode entry = entries.get(0);
        assertThat(entry.path("request_id").stringValue()).isEqualTo("rename-1");
        assertThat(entry.path("after").path("name").stringValue()).isEqualTo("Renamed");
        assertThat(entry.path("before").path("name").stringValue()).startsWith("Acme");
        assertProblem(viewer.get(log), 403, "forbidden");
        JsonNode page = ada.get(log + "?limit=1").body();
        assertThat(ada.get(log + "?limit=1&cursor=" + page.path("next_cursor").stringValue())
                        .body()
                        .path("items")
                        .get(0)
                        .path("id"))
                .isNotEqualTo(page.path("items").get(0).path("id"));
        String lines = ada.get(log + "/export").text();
        assertThat(lines.lines().count())
                .isEqualTo(ada.get(log + "?limit=500").body().path("items").size());
        assertThat(lines).contains("\"rename-1\"").doesNotContain("token_hash\":\"0");
        String csv = ada.get(log + "/export?format=csv").text();
        assertThat(csv).startsWith("id,occurred_at").contains("\"rename-1\"");
    }

    @Test
    void anOwnerExportsWhatTheOrganizationOwns() throws Exception {
        ApiClient grace = member("admin");
        ada.patch(path + "/settings", Map.of("enable_api_access", true), "If-Match", "*");
        String key = ada.post(path + "/api-keys", Map.of("name", "k", "scopes", List.of("read")))
                .text("key");
        ada.post(path + "/provider-keys", Map.of("provider", "acme", "key", "sk-exported-Secret"));
        ada.post(path + "/knowledge-bases", Map.of("name", "Exported base"));
        ada.post(path + "/chats", Map.of("title", "Ada's own"));
        grace.post(path + "/chats", Map.of("title", "Grace's own"));
        String other = "/organizations/" + id(ada.post("/organizations", Map.of("name", "Other " + unique)));
        ada.post(other + "/knowledge-bases", Map.of("name", "Of the other"));

        String export = ada.get(path + "/export").text();
        assertThat(export.lines())
                .allMatch(line -> line.startsWith("{\"table\":\""))
                .first()
                .asString()
                .contains("organizations", path.substring(path.lastIndexOf('/') + 1));
        assertThat(export)
                .contains(
                        "Exported base",
                        "Ada's own",
                        "organization_members",
                        "organization_settings",
                        "\"last_four\": \"cret\"")
                .doesNotContain("Grace's own", "Of the other", key, "encrypted_key", "key_hash", "token_hash");
        assertProblem(grace.get(path + "/export"), 403, "forbidden");
    }

    @Test
    void whatHasExpiredIsReadAndNotAddedTo() {
        String id = path.substring("/organizations/".length());
        Map<String, String> ended =
                Map.of("subscription_tier", "starter", "subscription_ends_at", "2020-01-01T00:00:00Z");
        assertProblem(ada.put(path + "/subscription", ended), 403, "forbidden");
        ApiClient operator = api.client().user("operator" + unique + "@example.org");
        new TenantRows(api.database())
                .execute("update users set role = 'super_admin' where email = 'operator" + unique + "@example.org'");
        assertProblem(operator.put(path + "/subscription", ended), 428, "precondition-required");
        ApiClient.Reply before = operator.get(path + "/subscription");
        assertThat(before.text("subscription_tier")).isEqualTo("free");
        assertThat(operator.put(path + "/subscription", ended, "If-Match", before.header("ETag"))
                        .text("subscription_ends_at"))
                .isEqualTo("2020-01-01T00:00:00Z");
        assertProblem(
                operator.put(path + "/subscription", ended, "If-Match", before.header("ETag")), 412, "stale-version");
        assertThat(ada.get(path).body().path("max_members").asInt()).isEqualTo(20);
        assertProblem(ada.post(path + "/knowledge-bases", Map.of("name", "x")), 402, "subscription-expired");
        assertProblem(ada.post(path + "/search", Map.of("query", "x")), 402, "subscription-expired");
        Map<String, String> tried = Map.of("subscription_tier", "starter", "trial_ends_at", "2020-01-01T00:00:00Z");
        assertThat(operator.put(path + "/subscription", tried, "If-Match", "*").status())
                .isEqualTo(200);
        assertThat(ada.get(path).text("status")).isEqualTo("trial");
        assertProblem(ada.post(path + "/knowledge-bases", Map.of("name", "x")), 402, "subscription-expired");
        assertThat(operator.put(path + "/subscription", Map.of("subscription_tier", "free"), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        assertThat(ada.post("/organizations/" + id + "/knowledge-bases", Map.of("name", "x"))
                        .status())
                .isEqualTo(201);
    }
}
