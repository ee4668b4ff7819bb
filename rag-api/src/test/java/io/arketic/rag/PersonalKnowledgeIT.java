package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * Tests what colleagues, including the organization's owner, read of a personal knowledge base that its owner asks in a
 * shared chat.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PersonalKnowledgeIT {

    private static final String ANSWER = "The vault opens with the blue key.";
    private static final String REST = "Grace earns ninety thousand a year.";
    private static final String FILE = "diary.txt";

    private RunningApi api;
    private Team team;
    private Person boss;
    private Person owner;
    private Person colleague;
    private String base;
    private String document;
    private String chat;
    private String answer;

    @BeforeAll
    void start() throws Exception {
        api = RunningApi.shared();
        team = new Team(api);
        boss = team.owner();
        owner = team.member("member");
        colleague = team.member("member");
        String settings = team.path() + "/settings";
        boss.api()
                .patch(
                        settings,
                        Map.of("enable_api_access", true),
                        "If-Match",
                        boss.api().get(settings).header("ETag"));
        base = owner.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", "Diary", "knowledge_base_type", "personal"))
                .text("id");
        document = IndexedText.put(api, owner.api(), base, FILE, ANSWER + "\n\n" + REST);
        chat = team.chat(
                owner,
                Map.of(
                        "title",
                        "Shared",
                        "chat_type",
                        "group",
                        "participant_ids",
                        List.of(colleague.id(), boss.id()),
                        "knowledge_base_ids",
                        List.of(base)));
        ApiClient.Reply asked = owner.api().post(chat + "/messages", Map.of("content", "What opens the vault?"));
        assertThat(asked.status()).as(asked.text()).isEqualTo(200);
        JsonNode said = asked.body();
        assertThat(said.path("citations").findValuesAsString("filename"))
                .as(asked.text())
                .contains(FILE);
        answer = "/messages/" + said.path("id").stringValue();
    }

    @Test
    void itsOwnerReadsWhatWasCitedAndWhereItStands() {
        assertThat(owner.api().get(answer + "/citations").text()).contains(ANSWER, FILE, "Grace earns");
        assertThat(owner.api().get(text()).status()).isEqualTo(200);
        assertThat(owner.api().get(chat + "/messages").text()).contains(FILE);
    }

    @Test
    void colleaguesReadTheAnswerAndNothingOfItsSource() {
        for (Person reader : List.of(colleague, boss)) {
            assertThat(reader.api().get(answer).text("content")).isNotEmpty();
            assertHidden(reader.api().get(answer));
            assertHidden(reader.api().get(answer + "/citations"));
            assertHidden(reader.api().get(chat + "/messages"));
            assertHidden(reader.api().get(team.path() + "/messages/search?q=vault"));
            assertHidden(reader.api().get(chat + "/events?after=0"));
        }
    }

    @Test
    void colleaguesFindNeitherTheKnowledgeBaseNorItsDocuments() {
        for (Person reader : List.of(colleague, boss)) {
            for (String path : List.of("", "/documents", "/ingestion", "/reindex")) {
                reader.api().get("/knowledge-bases/" + base + path).assertProblem(404, "not-found", null);
            }
            for (String path : List.of("", "/text", "/chunks", "/content")) {
                reader.api()
                        .get("/knowledge-bases/" + base + "/documents/" + document + path)
                        .assertProblem(404, "not-found", null);
            }
            Map<String, Object> question = Map.of("query", "What opens the vault?");
            reader.api().post("/knowledge-bases/" + base + "/search", question).assertProblem(404, "not-found", null);
            assertHidden(reader.api().post(team.path() + "/search", question));
            assertHidden(reader.api().post(chat + "/messages", Map.of("content", "What opens the vault?")));
        }
    }

    @Test
    void anExportHoldsWhatItsReaderSees() {
        ApiClient.Reply exported = boss.api().get(team.path() + "/export");
        assertThat(exported.status()).isEqualTo(200);
        assertHidden(exported);
        // The chat's own row tells which knowledge bases it asks; those of use and cost tell what the organization pays
        // for.
        assertThat(exported.text()
                        .lines()
                        .filter(line -> line.contains(base) || line.contains(document))
                        .map(line -> line.replaceAll("^\\{\"table\":\"(\\w+)\".*", "$1")))
                .isSubsetOf("chat_knowledge_bases", "usage_days");
    }

    @Test
    void programsWithAColleaguesKeyFindNothing() {
        for (Person reader : List.of(colleague, boss)) {
            // Either a key of its own or, where the role makes none, the user's token.
            ApiClient.Reply made = reader.api()
                    .post(team.path() + "/api-keys", Map.of("name", "k", "scopes", List.of("read", "search", "chat")));
            ApiClient program = made.status() == 201 ? reader.api().as(made.text("key")) : reader.api();
            String root = "http://127.0.0.1:" + api.port();
            assertThat(program.get(root + "/v1/models").text()).doesNotContain(base);
            ApiClient.Reply completion = program.post(
                    root + "/v1/chat/completions",
                    Map.of(
                            "model",
                            "kb:" + base,
                            "messages",
                            List.of(Map.of("role", "user", "content", "What opens the vault?"))));
            assertThat(completion.status()).as(completion.text()).isEqualTo(404);
            assertHidden(completion);
            for (Map<String, Object> call : List.<Map<String, Object>>of(
                    Map.of("name", "list_knowledge_bases", "arguments", Map.of()),
                    Map.of("name", "search", "arguments", Map.of("query", "What opens the vault?")),
                    Map.of(
                            "name",
                            "read_document",
                            "arguments",
                            Map.of("knowledge_base_id", base, "document_id", document)))) {
                ApiClient.Reply told = program.post(
                        root + "/mcp",
                        Map.of("jsonrpc", "2.0", "id", 1, "method", "tools/call", "params", call),
                        "Accept",
                        "application/json, text/event-stream");
                assertThat(told.text()).contains("jsonrpc").doesNotContain("Diary");
                assertHidden(told);
            }
        }
    }

    @Test
    void whatIsDeletedGoesWithItsHiddenQuotes() {
        ApiClient.Reply asked = owner.api().post(chat + "/messages", Map.of("content", "What opens the vault again?"));
        String id = asked.text("id");
        String quotes = "select count(*) from message_citations where message_id = '" + id + "'";
        assertThat(api.count(quotes)).isPositive();
        assertThat(owner.api().delete("/messages/" + id).status()).isEqualTo(204);
        assertThat(api.count(quotes)).isZero();
    }

    private String text() {
        return "/knowledge-bases/" + base + "/documents/" + document + "/text";
    }

    private static void assertHidden(ApiClient.Reply reply) {
        assertThat(reply.text()).doesNotContain(REST, "Grace earns", FILE);
    }
}
