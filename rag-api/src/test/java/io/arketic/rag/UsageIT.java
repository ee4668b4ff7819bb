package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.arketic.rag.Team.Person;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import tools.jackson.databind.JsonNode;

/** Tests what owners see of use and cost, by person, group, model, knowledge base and day. */
@TestInstance(Lifecycle.PER_CLASS)
class UsageIT {

    private static final Map<String, Object> QUESTION = Map.of("content", "How often is the filter changed?");

    private RunningApi api;
    private Team team;
    private Person ada;
    private Person grace;
    private String pumps;
    private String manuals;

    @BeforeAll
    void start() throws Exception {
        api = ScriptedModels.shared().api();
    }

    @BeforeEach
    void aTeamWithTwoKnowledgeBases() throws Exception {
        team = new Team(api);
        ada = team.owner();
        grace = team.member("member");
        assertThat(ada.api()
                        .patch(team.path() + "/settings", Map.of("default_ai_model", "good"), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        pumps = base("Pumps", "shared");
        manuals = base("=Manuals, \"old\"", "shared");
    }

    @Test
    void useIsShownByPersonGroupModelKnowledgeBaseAndDay() {
        String group = ada.api()
                .post(team.path() + "/groups", Map.of("name", "Support"))
                .text("id");
        ada.api().put("/groups/" + group + "/members", Map.of("user_ids", List.of(grace.id())), "If-Match", "*");
        ask(ada, "good", pumps);
        ask(grace, "good", pumps, manuals);
        ask(grace, "extractive", manuals);
        ApiClient.Reply embedded = grace.api()
                .post(
                        "http://127.0.0.1:" + api.port() + "/v1/embeddings",
                        Map.of("model", "bge-small-en-v1.5", "input", "pump"),
                        "OpenAI-Organization",
                        team.id());
        assertThat(embedded.status()).as(embedded.text()).isEqualTo(200);

        assertThat(requests("person")).containsOnly(Map.entry(ada.id(), 1), Map.entry(grace.id(), 3));
        assertThat(requests("group")).containsOnly(Map.entry(group, 3));
        assertThat(requests("model"))
                .containsOnly(Map.entry("good", 2), Map.entry("extractive", 1), Map.entry("bge-small-en-v1.5", 1));
        assertThat(requests("knowledge_base")).containsOnly(Map.entry(pumps, 2), Map.entry(manuals, 2));
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        assertThat(requests("day").values().stream().mapToInt(Integer::intValue).sum())
                .as("also when the day ends meanwhile")
                .isEqualTo(4);
        JsonNode month = usage("").path("months").path(0);
        double cost = 0;
        long tokens = 0;
        for (JsonNode share : shares(ada, "by=person")) {
            cost += share.path("cost").asDouble();
            tokens += share.path("input_tokens").asLong()
                    + share.path("output_tokens").asLong();
        }
        assertThat(cost).isPositive().isCloseTo(month.path("ai_cost").asDouble(), within(0.001));
        assertThat(tokens).isEqualTo(month.path("ai_tokens").asLong());
        assertThat(shares(ada, "by=group").get(0).path("name").stringValue()).isEqualTo("Support");
        assertThat(shares(ada, "by=person"))
                .as("the dearest first")
                .isSortedAccordingTo((one, other) -> Double.compare(
                        other.path("cost").asDouble(), one.path("cost").asDouble()));

        ApiClient.Reply csv = ada.api().get(team.path() + "/usage/export?by=knowledge_base&to=" + today);
        assertThat(csv.status()).as(csv.text()).isEqualTo(200);
        assertThat(csv.header("Content-Type")).startsWith("text/csv");
        assertThat(csv.text())
                .startsWith("knowledge_base,name,requests,input_tokens,output_tokens,cost\r\n")
                .contains("\"" + pumps + "\",\"Pumps\",2,")
                .contains("\"'=Manuals, \"\"old\"\"\",2,");
    }

    @Test
    void rowsStayWhenWhatTheyCountIsDeleted() {
        String chat = ask(grace, "good", pumps);
        Map<String, Integer> before = requests("person");
        assertThat(grace.api().delete(chat).status()).isEqualTo(204);
        assertThat(ada.api().delete("/knowledge-bases/" + pumps).status()).isIn(202, 204);
        team.dismiss(grace);
        assertThat(requests("person")).isEqualTo(before);
        assertThat(shares(ada, "by=person").get(0).path("cost").asDouble()).isPositive();
        assertThat(requests("knowledge_base")).containsOnly(Map.entry(pumps, 1));
    }

    @Test
    void callersWithoutAnAccountAreTheOrganizations() {
        assertThat(ada.api()
                        .patch("/knowledge-bases/" + pumps, Map.of("is_public", true), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        ApiClient.Reply answered = api.client()
                .post(
                        "/public/knowledge-bases/" + pumps + "/answers",
                        Map.of("question", "How often is the filter changed?"));
        assertThat(answered.status()).as(answered.text()).isEqualTo(200);
        assertThat(shares(ada, "by=person")).singleElement().satisfies(share -> {
            assertThat(share.path("key").isNull()).isTrue();
            assertThat(share.path("requests").asInt()).isEqualTo(1);
        });
        assertThat(requests("knowledge_base")).containsOnly(Map.entry(pumps, 1));
    }

    @Test
    void onlyAdminsSeeTheUseOfOthersAndNoNameOfAPersonalKnowledgeBase() throws Exception {
        String own = personal();
        ask(grace, "good", own);
        assertThat(grace.api().get(team.path() + "/usage").status()).isEqualTo(200);
        grace.api().get(team.path() + "/usage?by=person").assertProblem(403, "forbidden", null);
        grace.api().get(team.path() + "/usage/export").assertProblem(403, "forbidden", null);
        new Team(api).owner().api().get(team.path() + "/usage?by=person").assertProblem(404, "not-found", null);
        JsonNode share = shares(ada, "by=knowledge_base").get(0);
        assertThat(share.path("key").stringValue()).isEqualTo(own);
        assertThat(share.path("name").isNull()).isTrue();
    }

    @Test
    void anInvalidPeriodIsRefusedByItsField() {
        Map<String, String> invalid = new LinkedHashMap<>();
        invalid.put("by=colour", "by");
        invalid.put("by=day&from=yesterday", "from");
        invalid.put("by=day&from=2026-02-30", "from");
        invalid.put("by=day&from=2020-01-02&to=2020-01-01", "from");
        invalid.put("by=day&from=0001-01-01&to=2020-01-01", "from");
        invalid.put("by=day&limit=0", "limit");
        invalid.forEach((query, field) ->
                ada.api().get(team.path() + "/usage?" + query).assertProblem(422, "invalid-input", field));
        assertThat(shares(ada, "by=day&from=2020-01-01&to=2020-01-31")).isEmpty();
    }

    private String base(String name, String type) throws Exception {
        String id = ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", name, "knowledge_base_type", type))
                .text("id");
        IndexedText.put(api, ada.api(), id, "filter.txt", "The filter is changed every ninety days.");
        return id;
    }

    private String personal() throws Exception {
        String id = grace.api()
                .post(
                        team.path() + "/knowledge-bases",
                        Map.of("name", "Private notes", "knowledge_base_type", "personal"))
                .text("id");
        IndexedText.put(api, grace.api(), id, "filter.txt", "The filter is changed every ninety days.");
        return id;
    }

    private String ask(Person person, String model, String... bases) {
        String chat =
                team.chat(person, Map.of("title", "Chat", "ai_model", model, "knowledge_base_ids", List.of(bases)));
        ApiClient.Reply answered = person.api().post(chat + "/messages", QUESTION);
        assertThat(answered.status()).as(answered.text()).isEqualTo(200);
        return chat;
    }

    private JsonNode usage(String query) {
        return ada.api().get(team.path() + "/usage?" + query).body();
    }

    private List<JsonNode> shares(Person person, String query) {
        ApiClient.Reply reply = person.api().get(team.path() + "/usage?" + query);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.body().path("breakdown").valueStream().toList();
    }

    private Map<String, Integer> requests(String by) {
        return shares(ada, "by=" + by).stream()
                .collect(Collectors.toMap(
                        share -> share.path("key").stringValue(),
                        share -> share.path("requests").asInt()));
    }
}
