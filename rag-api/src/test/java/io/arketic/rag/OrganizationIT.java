package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tests organizations over HTTP: members, invitations, settings, limits and their log. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrganizationIT {

    private static final Pattern TOKEN = Pattern.compile("Token: ([A-Za-z0-9_-]{43})");

    private Path letters;
    private RunningApi api;
    private ApiClient ada;
    private String path;
    private int people;

    @BeforeAll
    void start(@TempDir Path directory) {
        letters = directory;
        api = RunningApi.start("127.0.0.1:1", Map.of("arketic.mail.directory", letters));
        ada = api.client().user("ada@example.org");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @BeforeEach
    void anOrganization() {
        path = "/organizations/" + id(ada.post("/organizations", Map.of("name", "Acme " + ++people)));
    }

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
    void anInvitationOpensOnceAndForItsAddressOnly() throws Exception {
        ApiClient grace = api.client().user("grace" + people + "@example.org");
        ApiClient mallory = api.client().user("mallory" + people + "@example.org");
        Map<String, String> invitation = Map.of("email", "Grace" + people + "@example.org", "role", "member");
        assertThat(ada.post(path + "/invitations", invitation).status()).isEqualTo(201);
        String first = letterTo("grace" + people + "@example.org", 1);
        assertThat(ada.post(path + "/invitations", invitation).status()).isEqualTo(201);
        String token = letterTo("grace" + people + "@example.org", 2);
        assertProblem(grace.post("/invitations/accept", Map.of("token", first)), 404, "not-found");
        assertThat(api.client()
                        .post("/invitations/read", Map.of("token", token))
                        .body()
                        .path("role")
                        .stringValue())
                .isEqualTo("member");
        assertProblem(mallory.post("/invitations/accept", Map.of("token", token)), 403, "forbidden");
        assertThat(grace.get(path).status()).isEqualTo(404);
        assertThat(grace.post("/invitations/accept", Map.of("token", token)).status())
                .isEqualTo(200);
        assertThat(grace.get(path).body().path("current_members").asInt()).isEqualTo(2);
        assertProblem(grace.post("/invitations/accept", Map.of("token", token)), 404, "not-found");
        assertProblem(ada.post(path + "/invitations", invitation), 409, "already-member");
        assertProblem(
                grace.post(path + "/invitations", Map.of("email", "x@example.org", "role", "viewer")),
                403,
                "forbidden");
    }

    @Test
    void anInvitationHasNoMoreRightsThanItsSender() throws Exception {
        ApiClient eve = member("admin");
        String place = ada.get(path + "/members")
                .body()
                .path("items")
                .get(0)
                .path("id")
                .stringValue();
        String friend = "friend" + people + "@example.org";
        ApiClient other = api.client().user(friend);
        assertThat(eve.post(path + "/invitations", Map.of("email", friend, "role", "admin"))
                        .status())
                .isEqualTo(201);
        String token = letterTo(friend, 1);
        assertThat(ada.delete(path + "/members/" + place).status()).isEqualTo(204);
        assertThat(eve.get(path).status()).isEqualTo(404);
        assertProblem(other.post("/invitations/accept", Map.of("token", token)), 404, "not-found");
        assertThat(other.get(path).status()).isEqualTo(404);
    }

    @Test
    void theLastOwnerStaysUntilItHandsOver() throws Exception {
        ApiClient heir = member("admin");
        JsonNode members = ada.get(path + "/members").body().path("items");
        String own = member(members, "ada@example.org");
        String other = members.get(0).path("id").stringValue().equals(own)
                ? members.get(1).path("id").stringValue()
                : members.get(0).path("id").stringValue();
        assertProblem(ada.post(path + "/leave", Map.of()), 409, "last-owner");
        assertProblem(ada.patch(path + "/members/" + own, Map.of("role", "admin")), 428, "precondition-required");
        assertProblem(ada.patch(path + "/members/" + own, Map.of("role", "admin"), "If-Match", "*"), 409, "last-owner");
        assertProblem(
                heir.patch(path + "/members/" + own, Map.of("role", "viewer"), "If-Match", "*"), 403, "forbidden");
        assertProblem(heir.delete(path + "/members/" + own), 403, "forbidden");
        assertProblem(
                heir.patch(path + "/members/" + other, Map.of("role", "owner"), "If-Match", "*"), 403, "forbidden");
        assertThat(ada.post(path + "/transfer", Map.of("member_id", other))
                        .body()
                        .path("role")
                        .stringValue())
                .isEqualTo("owner");
        assertThat(ada.get(path).body().path("role").stringValue()).isEqualTo("admin");
        assertThat(ada.post(path + "/leave", Map.of()).status()).isEqualTo(204);
        assertThat(ada.get(path).status()).isEqualTo(404);
        assertProblem(heir.post(path + "/leave", Map.of()), 409, "last-owner");
    }

    @Test
    void aRoleThatAnotherUserChangedMeanwhileIsNotChangedAgain() throws Exception {
        member("admin");
        String other = ada.get(path + "/members")
                .body()
                .path("items")
                .valueStream()
                .filter(member -> member.path("role").stringValue().equals("admin"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .stringValue();
        String member = path + "/members/" + other;
        ApiClient.Reply read = ada.get(member);
        ApiClient.Reply changed = ada.patch(member, Map.of("role", "viewer"), "If-Match", read.header("ETag"));
        assertThat(changed.text("role")).isEqualTo("viewer");
        assertProblem(
                ada.patch(member, Map.of("role", "member"), "If-Match", read.header("ETag")), 412, "stale-version");
        assertThat(ada.patch(member, Map.of("role", "member"), "If-Match", changed.header("ETag"))
                        .text("role"))
                .isEqualTo("member");
    }

    @Test
    void noMoreMembersThanAllowedHoweverManyComeAtOnce() throws Exception {
        List<Callable<ApiClient.Reply>> arrivals = new ArrayList<>();
        for (int guest = 0; guest < 7; guest++) {
            String email = "guest" + people + "-" + guest + "@example.org";
            ApiClient user = api.client().user(email);
            ada.post(path + "/invitations", Map.of("email", email, "role", "viewer"));
            String token = letterTo(email, 1);
            arrivals.add(() -> user.post("/invitations/accept", Map.of("token", token)));
        }
        List<ApiClient.Reply> replies = together(arrivals);
        assertThat(replies.stream().filter(reply -> reply.status() == 200)).hasSize(4);
        replies.stream()
                .filter(reply -> reply.status() != 200)
                .forEach(reply -> assertProblem(reply, 409, "member-limit"));
        assertThat(ada.get(path + "/usage").body().path("members").path("used").asInt())
                .isEqualTo(5);
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
        String other = "/organizations/" + id(ada.post("/organizations", Map.of("name", "Other " + people)));
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
        ApiClient operator = api.client().user("operator" + people + "@example.org");
        new TenantRows(api.database()).execute("update users set role = 'super_admin' where email like 'operator%'");
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

    /** Returns a user who accepted an invitation with this role. */
    private ApiClient member(String role) throws Exception {
        String email = role + people + "@example.org";
        ApiClient user = api.client().user(email);
        ada.post(path + "/invitations", Map.of("email", email, "role", role));
        assertThat(user.post("/invitations/accept", Map.of("token", letterTo(email, 1)))
                        .status())
                .isEqualTo(200);
        return user;
    }

    /** Returns the token of the latest of {@code count} messages, after waiting. */
    private String letterTo(String email, int count) throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
        while (Instant.now().isBefore(deadline)) {
            List<String> found = new ArrayList<>();
            try (Stream<Path> files = Files.list(letters)) {
                for (Path file : files.sorted().toList()) {
                    String letter = Files.readString(file).replace("=\r\n", "");
                    Matcher token = TOKEN.matcher(letter);
                    if (letter.toLowerCase(Locale.ROOT).contains("to: " + email)
                            && !letter.contains("Subject: Confirm your e-mail address")
                            && token.find()) {
                        found.add(token.group(1));
                    }
                }
            } catch (IOException vanished) {
                continue;
            }
            if (found.size() == count) {
                return found.get(count - 1);
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("No letter " + count + " to " + email);
    }

    private static <T> List<T> together(List<Callable<T>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> done : threads.invokeAll(work)) {
                results.add(done.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static String member(JsonNode members, String email) {
        return members.valueStream()
                .filter(member -> member.path("email").asString().equals(email))
                .findFirst()
                .orElseThrow()
                .path("id")
                .stringValue();
    }

    private static void assertProblem(ApiClient.Reply reply, int status, String reason) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.body().path("type").stringValue()).isEqualTo("urn:arketic:problem:" + reason);
    }

    private static String id(ApiClient.Reply reply) {
        assertThat(reply.status()).as(reply.text()).isBetween(200, 299);
        return reply.body().path("id").stringValue();
    }
}
