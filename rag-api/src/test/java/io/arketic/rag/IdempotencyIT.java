package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class IdempotencyIT {

    private static final String REPLAYED = "Idempotency-Replayed";

    private final RunningApi api = RunningApi.shared();
    private final String[] key = {"Idempotency-Key", "order " + UUID.randomUUID()};
    private ApiClient user;

    @BeforeEach
    void register() {
        user = api.client().user("repeats" + UUID.randomUUID() + "@example.org");
    }

    @Test
    void theSameRequestUnderTheSameKeyIsAnsweredAsTheFirstOne() {
        ApiClient.Reply first = user.post("/organizations", Map.of("name", "Once"), key);
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header(REPLAYED)).isEmpty();
        ApiClient.Reply second = user.post("/organizations", Map.of("name", "Once"), key);
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.header("ETag")).isEqualTo(first.header("ETag")).isNotEmpty();
        assertThat(second.header("Location"))
                .isEqualTo(first.header("Location"))
                .isNotEmpty();
        assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(second.header(REPLAYED)).isEqualTo("true");
        assertThat(organizations()).isEqualTo(1);
        user.post("/organizations", Map.of("name", "Twice"), key).assertProblem(422, "idempotency-key-reused", null);
        user.post("/organizations/" + first.text("id") + "/knowledge-bases", Map.of("name", "Once"), key)
                .assertProblem(422, "idempotency-key-reused", null);
        ApiClient other = api.client().user("other" + UUID.randomUUID() + "@example.org");
        assertThat(other.post("/organizations", Map.of("name", "Of another"), key)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void anUploadIsOneWithEveryBoundary() {
        String bases = "/organizations/"
                + user.post("/organizations", Map.of("name", "Uploads")).text("id") + "/knowledge-bases";
        String documents =
                "/knowledge-bases/" + user.post(bases, Map.of("name", "Base")).text("id") + "/documents";
        ApiClient.Reply first = user.upload(documents, Map.of("a.txt", "One note"), key);
        assertThat(first.status()).as(first.text()).isEqualTo(202);
        ApiClient.Reply second = user.upload(documents, Map.of("a.txt", "One note"), key);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.header(REPLAYED)).isEqualTo("true");
        user.upload(documents, Map.of("a.txt", "Another note"), key).assertProblem(422, "idempotency-key-reused", null);
        user.upload(documents, Map.of("b.txt", "One note"), key).assertProblem(422, "idempotency-key-reused", null);
    }

    @Test
    void aUserThatMayNotAskAnyMoreGetsNoReplay() {
        Team team = new Team(api);
        Team.Person ada = team.member("member");
        String bases = team.path() + "/knowledge-bases";
        String[] ofDocument = {"Idempotency-Key", "note " + UUID.randomUUID()};
        ApiClient.Reply made = ada.api().post(bases, Map.of("name", "Base"), key);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String documents = "/knowledge-bases/" + made.text("id") + "/documents";
        Map<String, String> note = Map.of("a.txt", "A note");
        assertThat(ada.api().upload(documents, note, ofDocument).status()).isEqualTo(202);

        team.give(ada, "viewer");
        ada.api().post(bases, Map.of("name", "Base"), key).assertProblem(403, "forbidden", null);
        ada.api().upload(documents, note, ofDocument).assertProblem(403, "forbidden", null);
        team.dismiss(ada);
        ada.api().post(bases, Map.of("name", "Base"), key).assertProblem(404, "not-found", null);
        ada.api().upload(documents, note, ofDocument).assertProblem(404, "not-found", null);
        team.give(ada, "admin");
        assertThat(ada.api().post(bases, Map.of("name", "Base"), key).text()).isEqualTo(made.text());
        assertThat(ada.api().upload(documents, note, ofDocument).header(REPLAYED))
                .isEqualTo("true");
    }

    /** The address of a completion names no organization. */
    @Test
    void aFormerMemberGetsNoReplayOfACompletion() throws Exception {
        Team team = new Team(api);
        Team.Person ada = team.member("member");
        String base = team.owner()
                .api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        IndexedText.put(api, team.owner().api(), base, "filter.txt", "The filter is changed every ninety days.");
        String completions = "http://127.0.0.1:" + api.port() + "/v1/chat/completions";
        Map<String, Object> question = Map.of(
                "model",
                "kb:" + base,
                "messages",
                List.of(Map.of("role", "user", "content", "How often is the filter changed?")));
        ApiClient.Reply answered = ada.api().post(completions, question, key);
        assertThat(answered.status()).as(answered.text()).isEqualTo(200);
        assertThat(ada.api().post(completions, question, key).header(REPLAYED)).isEqualTo("true");
        team.dismiss(ada);
        ApiClient.Reply refused = ada.api().post(completions, question, key);
        assertThat(refused.status()).as(refused.text()).isEqualTo(404);
        assertThat(refused.text()).doesNotContain("ninety days");
    }

    @Test
    void aUserThatHasLostTheChatGetsNoReplay() {
        Team team = new Team(api);
        Team.Person grace = team.member("member");
        String group = team.chat(
                team.owner(), Map.of("title", "Us", "chat_type", "group", "participant_ids", List.of(grace.id())));
        String[] ofQuestion = {"Idempotency-Key", "question " + UUID.randomUUID()};
        String[] ofAnother = {"Idempotency-Key", "another " + UUID.randomUUID()};
        Map<String, Object> question = Map.of("content", "Who knows?");
        ApiClient.Reply answered = grace.api().post(group + "/messages", question, ofQuestion);
        assertThat(answered.status()).as(answered.text()).isEqualTo(200);
        String again = "/messages/" + answered.text("id") + "/regenerate";
        ApiClient.Reply repeated = grace.api().post(again, Map.of(), ofAnother);
        assertThat(repeated.status()).as(repeated.text()).isEqualTo(200);
        assertThat(grace.api().post(group + "/messages", question, ofQuestion).text())
                .isEqualTo(answered.text());
        assertThat(grace.api().post(again, Map.of(), ofAnother).header(REPLAYED))
                .isEqualTo("true");
        String place =
                grace.api().get(group).body().path("participation").path("id").stringValue();
        assertThat(team.owner().api().delete(group + "/participants/" + place).status())
                .isEqualTo(204);
        grace.api().post(group + "/messages", question, ofQuestion).assertProblem(404, "not-found", null);
        grace.api().post(again, Map.of(), ofAnother).assertProblem(404, "not-found", null);
    }

    @Test
    void ofManyAtOnceOneIsMade() throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<ApiClient.Reply>> replies = IntStream.range(0, 8)
                    .mapToObj(caller -> threads.submit(() -> {
                        start.await();
                        return user.post("/organizations", Map.of("name", "Raced"), key);
                    }))
                    .toList();
            start.countDown();
            for (Future<ApiClient.Reply> reply : replies) {
                if (reply.get().status() != 201) {
                    reply.get().assertProblem(409, "idempotency-key-under-way", null);
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(organizations()).isEqualTo(1);
        assertThat(user.post("/organizations", Map.of("name", "Raced"), key).text("id"))
                .isEqualTo(user.get("/organizations")
                        .body()
                        .path("items")
                        .get(0)
                        .path("id")
                        .stringValue());
    }

    @Test
    void aKeyHoldsInEveryProcessAndIsTakenOverFromADeadOne() {
        String bases = "/organizations/"
                + user.post("/organizations", Map.of("name", "Shared")).text("id") + "/knowledge-bases";
        String id = user.post(bases, Map.of("name", "Base"), key).text("id");
        try (RunningApi second = api.beside()) {
            ApiClient there = second.client().as(user.token());
            assertThat(there.post(bases, Map.of("name", "Base"), key).text("id"))
                    .isEqualTo(id);
            underWay("now() + interval '1 minute'");
            there.post(bases, Map.of("name", "Base"), key).assertProblem(409, "idempotency-key-under-way", null);
            assertThat(user.get(bases).body().path("items").size()).isEqualTo(1);
            underWay("now() - interval '1 minute'");
            ApiClient.Reply again = there.post(bases, Map.of("name", "Base"), key);
            assertThat(again.status()).isEqualTo(201);
            assertThat(again.header(REPLAYED)).isEmpty();
        }
        assertThat(user.get(bases).body().path("items").size()).isEqualTo(2);
    }

    @Test
    void failedAndExpiredCreationsAreExecutedAgain() {
        user.post("/organizations", Map.of("name", " "), key).assertProblem(422, "invalid-input", "name");
        assertThat(user.post("/organizations", Map.of("name", "Right"), key).status())
                .isEqualTo(201);
        api.execute("update idempotency_keys set expires_at = now() where user_id = '" + userId() + "'");
        assertThat(user.post("/organizations", Map.of("name", "Later"), key).status())
                .isEqualTo(201);
        user.post("/organizations", Map.of("name", "x"), "Idempotency-Key", "x".repeat(256))
                .assertProblem(422, "invalid-input", "Idempotency-Key");
        user.post("/organizations", Map.of("name", "x".repeat(2_100_000)), key)
                .assertProblem(422, "idempotency-key-reused", null);
    }

    @Test
    void aBodyThatCannotBeReadIsRefusedAsWithoutAKey() {
        String path = api.client().address() + "/api/v1/organizations";
        Map<String, String> headers = new HashMap<>(TenantWorld.headers(user.token()));
        headers.put(key[0], key[1]);
        headers.put("Content-Type", "multipart/form-data");
        RawReply reply = RawReply.of("POST", path, headers, "no boundary");
        assertThat(reply.status()).as(reply.toString()).isIn(400, 415);
        assertThat(reply.isProblem()).as(reply.toString()).isTrue();
    }

    @Test
    void everyCreationIsDocumentedToTakeAKey() {
        List<ApiOperation> operations =
                ApiOperation.all(api.client().get("/openapi").body());
        for (ApiOperation operation : operations) {
            JsonNode answers = operation.definition().path("responses");
            boolean makes = operation.method().equals("POST")
                    && (answers.has("201") || answers.has("202"))
                    && operation.definition().path("security").isMissingNode();
            boolean takes = operation.parameters("header").stream()
                    .anyMatch(header -> header.path("name").asString().equals("Idempotency-Key"));
            if (makes || !operation.method().equals("POST")) {
                assertThat(takes).as(operation.toString()).isEqualTo(makes);
            }
        }
        assertThat(operations.stream().map(ApiOperation::path)).contains("/api/v1/organizations");
    }

    private void underWay(String until) {
        api.execute("update idempotency_keys set answer = null, claimed_until = " + until + " where user_id = '"
                + userId() + "'");
    }

    private String userId() {
        return user.get("/auth/me").text("id");
    }

    private int organizations() {
        return user.get("/organizations").body().path("items").size();
    }
}
