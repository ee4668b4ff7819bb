package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import tools.jackson.databind.JsonNode;

/** Tests caps on requests, tokens and cost, for answers, embeddings and workflows. */
@TestInstance(Lifecycle.PER_CLASS)
class CapsIT {

    private static final String TEXT = "The filter is changed every ninety days.";
    private static final String QUESTION = "How often is the filter changed?";
    private static final int WINDOW = 8192;

    private final ExecutorService callers = Executors.newFixedThreadPool(64);
    private ScriptedModels scripted;
    private RunningApi api;
    private Team team;
    private Person ada;
    private String base;

    @BeforeAll
    void start() throws Exception {
        scripted = ScriptedModels.shared();
        api = scripted.api();
    }

    @AfterAll
    void stop() {
        callers.shutdownNow();
    }

    @BeforeEach
    void aTeamWithADocument() throws Exception {
        team = new Team(api);
        ada = team.owner();
        model("good");
        base = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        IndexedText.put(api, ada.api(), base, "filter.txt", TEXT);
    }

    @Test
    void parallelQuestionsNeverPassACapOnRequests() {
        set(List.of(cap("organization", "requests", "day", 10)));
        List<ApiClient.Reply> replies = inParallel(64, () -> ask(ada));
        assertThat(replies.stream().filter(reply -> reply.status() == 200)).hasSize(10);
        replies.stream().filter(reply -> reply.status() != 200).forEach(reply -> {
            assertCapped(reply, "The cap of 10 requests per day of the organization is reached; it ends at ");
            assertThat(Integer.parseInt(reply.header("Retry-After"))).isBetween(1, 86_400);
        });
        assertThat(total("requests")).isEqualTo(10);
        assertThat(openCharges()).isZero();
    }

    @Test
    void parallelQuestionsNeverPassACapOnTokensOrCost() {
        assertThat(ask(ada).status()).isEqualTo(200);
        long each = total("input_tokens") + total("output_tokens");
        assertThat(each).isPositive().isLessThan(WINDOW / 2);
        for (String unit : List.of("tokens", "cost")) {
            long used = total("input_tokens") + total("output_tokens");
            BigDecimal price = unit.equals("tokens")
                    ? BigDecimal.ONE
                    : BigDecimal.valueOf(ScriptedModels.GOOD_PRICE).movePointLeft(6);
            set(List.of(cap(
                    "organization",
                    unit,
                    "month",
                    BigDecimal.valueOf(used + each + WINDOW).multiply(price).setScale(3))));
            List<ApiClient.Reply> replies = inParallel(64, () -> ask(ada));
            replies.stream()
                    .filter(reply -> reply.status() != 200)
                    .forEach(reply -> assertCapped(reply, "of the organization"));
            long answered =
                    replies.stream().filter(reply -> reply.status() == 200).count();
            assertThat(answered).isBetween(1L, 2L);
            while (answered < 2) {
                assertThat(ask(ada).status())
                        .as("what was reserved is free again")
                        .isEqualTo(200);
                answered++;
            }
            assertCapped(ask(ada), "leaves too little: ");
            assertThat(total("input_tokens") + total("output_tokens")).isEqualTo(used + 2 * each);
            assertThat(openCharges()).isZero();
        }
    }

    @Test
    void ofSeveralCapsTheTightestHolds() {
        Person grace = team.member("member");
        Person hedy = team.member("member");
        String support = group("Support", grace, hedy);
        String night = group("Night shift", grace);
        set(List.of(
                cap("organization", "requests", "month", 1000),
                ofGroup(support, 5),
                ofGroup(night, 2),
                cap("member", "requests", "day", 3)));
        assertThat(List.of(ask(grace).status(), ask(grace).status())).containsOnly(200);
        assertCapped(ask(grace), "The cap on requests per day of the group is reached");
        for (int asked = 0; asked < 3; asked++) {
            assertThat(ask(hedy).status()).isEqualTo(200);
        }
        ApiClient.Reply refused = ask(hedy);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text()).contains("requests per day of");
        assertThat(ask(ada).status()).as("is in neither group").isEqualTo(200);
        Map<String, Object> own = new HashMap<>(cap("member", "requests", "day", 0));
        own.put("user_id", ada.id());
        set(List.of(own));
        assertCapped(ask(ada), "The cap of 0 requests per day of the member is reached");
        assertThat(ask(hedy).status()).isEqualTo(200);
    }

    @Test
    void onlyTheOrganizationsReadersOfUseSeeTheNumbersOfItsCaps() {
        Person grace = team.member("member");
        String support = group("Support", ada, grace);
        assertThat(ada.api()
                        .patch("/knowledge-bases/" + base, Map.of("is_public", true), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        set(List.of(ofGroup(support, 0), cap("organization", "requests", "month", 1)));
        assertCapped(ask(ada), "The cap of 0 requests per day of the group \"Support\" is reached");
        assertCapped(ask(grace), "The cap on requests per day of the group is reached");
        assertThat(ask(team.member("member")).status()).isEqualTo(200);
        ApiClient.Reply guest =
                api.client().post("/public/knowledge-bases/" + base + "/answers", Map.of("question", QUESTION));
        guest.assertProblem(429, "cap-reached", null);
        assertThat(guest.body().path("detail").stringValue())
                .isEqualTo("No more requests are answered now. Try again later.");
    }

    @Test
    void whatALostProcessReservedCountsAsUsed() throws Exception {
        model("silent");
        String chat = team.chat(ada, Map.of("title", "Pumps", "knowledge_base_ids", List.of(base)));
        CompletableFuture<ApiClient.Reply> asked = CompletableFuture.supplyAsync(
                () -> ada.api().post(chat + "/messages", Map.of("content", QUESTION)), callers);
        scripted.silent().awaitCall();
        String ours = " where organization_id = '" + team.id() + "'";
        long reserved = api.count("select reserved_tokens from ai_charges" + ours);
        assertThat(reserved).isPositive();
        assertThat(api.count("with lost as (update open_questions set open_until = now() - interval '1 second'" + ours
                        + " returning 1) select count(*) from lost"))
                .isEqualTo(1);
        api.text("select end_lost_questions(1000)");
        assertThat(openCharges()).isZero();
        assertThat(total("input_tokens")).isEqualTo(reserved);
        String question = ada.api()
                .get(chat + "/messages")
                .body()
                .path("items")
                .get(0)
                .path("id")
                .stringValue();
        ada.api().post("/messages/" + question + "/stop", Map.of());
        asked.join();
        assertThat(total("input_tokens")).isEqualTo(reserved);
        api.execute("insert into ai_charges select uuid_v7(), '" + team.id()
                + "', null, '{}', 'good', '{}', (now() at time zone 'UTC')::date, 7, 0, now(),"
                + " now() - interval '2 minutes'");
        api.text("select settle_lost_charges(1000)");
        assertThat(openCharges()).isZero();
        assertThat(total("input_tokens")).isEqualTo(reserved + 7);
    }

    @Test
    void anOwnKeyOfTheOrganizationReservesNoCost() {
        set(List.of(cap("organization", "cost", "day", 0.001)));
        assertCapped(ask(ada), "leaves too little: ");
        assertThat(ada.api()
                        .post(
                                team.path() + "/provider-keys",
                                Map.of("provider", "good", "name", "default", "key", "sk-of-the-organization"))
                        .status())
                .isEqualTo(201);
        assertThat(ask(ada).status()).isEqualTo(200);
        assertThat(shares("day").get(0).path("cost").asInt(-1)).isZero();
        String chat = team.chat(ada, Map.of("title", "Pumps", "knowledge_base_ids", List.of(base)));
        assertThat(ada.api()
                        .post(chat + "/messages", Map.of("content", QUESTION))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aDepartedMemberTakesItsCapAndAnErasedOneItsName() {
        Person grace = team.member("member");
        assertThat(ask(grace).status()).isEqualTo(200);
        String named = "select count(*) from usage_days where subject = '" + grace.id() + "'";
        assertThat(api.count(named)).isEqualTo(1);
        assertThat(grace.api().get("/users/me/export").text()).contains("usage_days");
        Map<String, Object> own = new HashMap<>(cap("member", "requests", "day", 1));
        own.put("user_id", grace.id());
        set(List.of(own));
        assertThat(grace.api()
                        .delete("/users/me", Map.of("password", "a good password"))
                        .status())
                .isEqualTo(204);
        assertThat(api.count(named)).isZero();
        assertThat(total("requests")).isEqualTo(1);
        assertThat(shares("person")).singleElement().satisfies(share -> {
            assertThat(share.path("key").isNull()).isTrue();
            assertThat(share.path("requests").asInt()).isEqualTo(1);
        });
        Person hedy = team.member("member");
        own.put("user_id", hedy.id());
        set(List.of(own));
        assertThat(hedy.api().post(team.path() + "/leave", Map.of()).status()).isBetween(200, 204);
        assertThat(ada.api().get(team.path() + "/usage/caps").body().path("items"))
                .isEmpty();
    }

    @Test
    void aRepeatedQuestionIsChargedOnce() {
        set(List.of(cap("member", "requests", "day", 1)));
        String chat = team.chat(ada, Map.of("title", "Pumps", "knowledge_base_ids", List.of(base)));
        Map<String, Object> question = Map.of("content", QUESTION);
        for (int time = 0; time < 3; time++) {
            ApiClient.Reply reply = ada.api().post(chat + "/messages", question, "Idempotency-Key", "once " + chat);
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }
        assertThat(total("requests")).isEqualTo(1);
        ada.api()
                .post(chat + "/messages", question, "Idempotency-Key", "twice " + chat)
                .assertProblem(429, "cap-reached", null);
    }

    @Test
    void aStoppedOrFailedAnswerSettlesWithWhatWasUsed() throws Exception {
        model("silent");
        String chat = team.chat(ada, Map.of("title", "Pumps", "knowledge_base_ids", List.of(base)));
        CompletableFuture<ApiClient.Reply> asked = CompletableFuture.supplyAsync(
                () -> ada.api().post(chat + "/messages", Map.of("content", QUESTION)), callers);
        scripted.silent().awaitCall();
        assertThat(openCharges()).isEqualTo(1);
        // The cap changes in mid-answer: the answer keeps what it reserved, and the next question is held against it.
        set(List.of(cap("organization", "requests", "day", 0)));
        assertCapped(ask(ada), "The cap of 0 requests per day of the organization is reached");
        String question = ada.api()
                .get(chat + "/messages")
                .body()
                .path("items")
                .get(0)
                .path("id")
                .stringValue();
        ada.api().post("/messages/" + question + "/stop", Map.of());
        asked.join().assertProblem(409, "answer-stopped", null);
        assertThat(openCharges()).isZero();
        assertThat(total("requests")).isEqualTo(1);
        assertThat(total("input_tokens")).isPositive().isLessThan(WINDOW);
        set(List.of());
        model("half");
        assertThat(ask(ada).status()).isEqualTo(502);
        assertThat(openCharges()).isZero();
        assertThat(total("requests")).isEqualTo(2);
    }

    @Test
    void embeddingsAreHeldAgainstTheCapsBeforeTheWork() {
        assertThat(embed("pump filter").status()).isEqualTo(200);
        long each = total("input_tokens");
        assertThat(each).isPositive();
        set(List.of(cap("member", "tokens", "day", each * 2)));
        assertCapped(embed("pump filter ".repeat(50)), "leaves too little");
        List<ApiClient.Reply> replies = inParallel(16, () -> embed("pump filter"));
        assertThat(replies.stream().filter(reply -> reply.status() == 200)).hasSize(1);
        assertThat(total("input_tokens")).isLessThanOrEqualTo(each * 2);
        assertThat(openCharges()).isZero();
    }

    @Test
    void workflowsAreChargedToTheMemberWithWhoseRightsTheyRun() {
        Person grace = team.member("member");
        Map<String, Object> own = new HashMap<>(cap("member", "requests", "day", 1));
        own.put("user_id", grace.id());
        set(List.of(own));
        String workflow = grace.api()
                .post(
                        team.path() + "/workflows",
                        Map.of(
                                "name",
                                "W",
                                "definition",
                                Map.of(
                                        "steps",
                                        List.of(Map.of(
                                                "id",
                                                "ask",
                                                "type",
                                                "ai_prompt",
                                                "config",
                                                Map.of("prompt", QUESTION, "knowledge_base_ids", List.of(base)))))))
                .text("id");
        JsonNode first = WorkflowTeam.end(grace, WorkflowTeam.start(grace, "/workflows/" + workflow, Map.of()));
        assertThat(first.path("status").stringValue()).as(first.toString()).isEqualTo("completed");
        JsonNode second = WorkflowTeam.end(grace, WorkflowTeam.start(grace, "/workflows/" + workflow, Map.of()));
        assertThat(second.path("status").stringValue()).isEqualTo("failed");
        assertThat(second.toString()).contains("The cap on requests per day of the member is reached");
        JsonNode person = shares("person").get(0);
        assertThat(person.path("key").stringValue()).isEqualTo(grace.id());
        assertThat(person.path("requests").asInt()).isEqualTo(1);
        assertThat(person.path("input_tokens").asInt()).isPositive();
        assertThat(openCharges()).isZero();
    }

    @Test
    void fourFifthsOfACapAreToldOnce() {
        Person grace = team.member("member");
        set(List.of(cap("member", "requests", "month", 5)));
        for (int asked = 1; asked <= 5; asked++) {
            assertThat(ask(grace).status()).isEqualTo(200);
            assertThat(warnings(grace)).hasSize(asked < 4 ? 0 : 1);
        }
        assertCapped(ask(grace), "is reached");
        for (Person told : List.of(ada, grace)) {
            assertThat(warnings(told)).singleElement().satisfies(content -> {
                assertThat(content.path("user_id").stringValue()).isEqualTo(grace.id());
                assertThat(content.path("amount").asInt()).isEqualTo(5);
                assertThat(content.path("unit").stringValue()).isEqualTo("requests");
            });
        }
    }

    @Test
    void aMemberSeesItsOwnCapsAlone() {
        Person member = team.member("member");
        String mine = team.path() + "/usage/caps/mine";
        set(List.of(cap("organization", "cost", "day", 1)));
        assertThat(member.api().get(mine).body().path("items"))
                .as("none of members")
                .isEmpty();
        Map<String, Object> of = new HashMap<>(cap("member", "requests", "month", 7));
        of.put("user_id", member.id());
        set(List.of(cap("member", "requests", "day", 3), of));
        assertThat(ask(member).status()).isEqualTo(200);
        JsonNode own = member.api().get(mine).body().path("items");
        assertThat(own).hasSize(2).allMatch(item -> item.path("used").asInt() == 1);
        assertThat(own.findValues("amount")).extracting(JsonNode::asInt).containsExactlyInAnyOrder(3, 7);
        assertThat(ada.api().get(mine).body().path("items"))
                .as("not that of another member")
                .singleElement()
                .matches(item -> item.path("used").asInt(-1) == 0);
    }

    @Test
    void onlyAnOwnerSetsCapsAndInvalidOnesAreRefusedByTheirField() {
        Map<Map<String, Object>, String> invalid = new LinkedHashMap<>();
        invalid.put(cap("organization", "tokens", "day", -1), "caps[0].amount");
        invalid.put(cap("organization", "tokens", "day", 1_000_000_000_000_000_000L), "caps[0].amount");
        invalid.put(cap("organization", "requests", "day", 0.5), "caps[0].amount");
        invalid.put(cap("organization", "words", "day", 1), "caps[0].unit");
        invalid.put(cap("organization", "cost", "week", 1), "caps[0].period");
        invalid.put(cap("group", "cost", "day", 1), "caps[0].group_id");
        invalid.put(ofGroup(UUID.randomUUID().toString(), 1), "caps");
        Map<String, Object> stranger = new HashMap<>(cap("member", "cost", "day", 1));
        stranger.put("user_id", new Team(api).owner().id());
        invalid.put(stranger, "caps");
        String caps = team.path() + "/usage/caps";
        invalid.forEach((cap, field) -> ada.api()
                .put(caps, Map.of("caps", List.of(cap)), "If-Match", "*")
                .assertProblem(422, "invalid-input", field));
        Map<String, Object> one = cap("organization", "cost", "day", 1);
        ada.api()
                .put(caps, Map.of("caps", List.of(one, one)), "If-Match", "*")
                .assertProblem(422, "invalid-input", "caps[1].subject");
        ada.api().put(caps, Map.of("caps", List.of())).assertProblem(428, "precondition-required", null);
        String basis = ada.api().get(caps).header("ETag");
        assertThat(ada.api()
                        .put(caps, Map.of("caps", List.of(one)), "If-Match", basis)
                        .status())
                .isEqualTo(200);
        ada.api().put(caps, Map.of("caps", List.of()), "If-Match", basis).assertProblem(412, "stale-version", null);
        Person admin = team.member("admin");
        assertThat(admin.api().get(caps).body().path("items")).hasSize(1);
        admin.api().put(caps, Map.of("caps", List.of()), "If-Match", "*").assertProblem(403, "forbidden", null);
        team.member("member").api().get(caps).assertProblem(403, "forbidden", null);
        assertThat(ada.api()
                        .get(team.path() + "/audit-log?table_name=usage_caps")
                        .body()
                        .path("items"))
                .hasSize(1);
    }

    private void model(String name) {
        assertThat(ada.api()
                        .patch(team.path() + "/settings", Map.of("default_ai_model", name), "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }

    private void set(List<Map<String, Object>> caps) {
        ApiClient.Reply reply = ada.api().put(team.path() + "/usage/caps", Map.of("caps", caps), "If-Match", "*");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.body().path("items")).hasSize(caps.size());
    }

    private static Map<String, Object> cap(String subject, String unit, String period, Number amount) {
        return Map.of("subject", subject, "unit", unit, "period", period, "amount", amount);
    }

    private static Map<String, Object> ofGroup(String group, int amount) {
        Map<String, Object> cap = new HashMap<>(cap("group", "requests", "day", amount));
        cap.put("group_id", group);
        return cap;
    }

    private String group(String name, Person... members) {
        String id =
                ada.api().post(team.path() + "/groups", Map.of("name", name)).text("id");
        List<String> ids = new ArrayList<>();
        for (Person member : members) {
            ids.add(member.id());
        }
        assertThat(ada.api()
                        .put("/groups/" + id + "/members", Map.of("user_ids", ids), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        return id;
    }

    private ApiClient.Reply ask(Person person) {
        return person.api()
                .post(
                        "http://127.0.0.1:" + api.port() + "/v1/chat/completions",
                        Map.of(
                                "model",
                                "kb:" + base,
                                "messages",
                                List.of(Map.of("role", "user", "content", QUESTION))));
    }

    private ApiClient.Reply embed(String text) {
        return ada.api()
                .post(
                        "http://127.0.0.1:" + api.port() + "/v1/embeddings",
                        Map.of("model", "bge-small-en-v1.5", "input", text));
    }

    private List<ApiClient.Reply> inParallel(int times, Supplier<ApiClient.Reply> call) {
        return IntStream.range(0, times)
                .mapToObj(time -> CompletableFuture.supplyAsync(call, callers))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    /** Checks an answer to a program, which has the form of the OpenAI API. */
    private static void assertCapped(ApiClient.Reply reply, String said) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(429);
        assertThat(reply.body().path("error").path("message").asString(""))
                .contains(said)
                .containsAnyOf("it ends at ", "Try again in 5 seconds.");
        assertThat(reply.header("Retry-After")).isNotEmpty();
    }

    private long total(String field) {
        return shares("day").stream()
                .mapToLong(share -> share.path(field).asLong())
                .sum();
    }

    private List<JsonNode> shares(String by) {
        return ada.api()
                .get(team.path() + "/usage?by=" + by)
                .body()
                .path("breakdown")
                .valueStream()
                .toList();
    }

    private long openCharges() {
        return api.count("select count(*) from ai_charges where organization_id = '" + team.id() + "'");
    }

    private static List<JsonNode> warnings(Person person) {
        return person.api()
                .get("/notifications")
                .body()
                .path("items")
                .valueStream()
                .filter(one -> one.path("kind").stringValue().equals("cap"))
                .map(one -> one.path("content"))
                .toList();
    }
}
