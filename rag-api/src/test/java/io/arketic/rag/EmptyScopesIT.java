package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tests that an empty choice never means everything. */
class EmptyScopesIT {

    private static final String QUESTION = "How often must the filter be changed?";
    private static final String NONE_THERE = "There is no knowledge base to answer from";

    /** Lists where an empty list is allowed, because it widens nothing. */
    private static final Set<String> NARROW = Set.of(
            // asks none
            "knowledge_base_ids of POST /api/v1/organizations/{organization}/chats",
            "knowledge_base_ids of PATCH /api/v1/chats/{chat}",
            // the caller alone takes part
            "participant_ids of POST /api/v1/organizations/{organization}/chats",
            // the question is not judged
            "relevant_documents of POST /api/v1/knowledge-bases/{knowledgeBase}/reindex/compare",
            // nor is a question that is kept
            "relevant_document_ids of POST /api/v1/knowledge-bases/{knowledgeBase}/judged-questions",
            "relevant_document_ids of PATCH /api/v1/knowledge-bases/{knowledgeBase}/judged-questions/{question}",
            // scans are read in the deployment's language
            "ocr_languages of POST /api/v1/organizations/{organization}/knowledge-bases",
            "ocr_languages of PATCH /api/v1/knowledge-bases/{knowledgeBase}",
            // only the passwords of the deployment open encrypted files
            "file_passwords of PATCH /api/v1/knowledge-bases/{knowledgeBase}",
            // none is in the group
            "user_ids of PUT /api/v1/groups/{group}/members",
            // no factor counts, and no claim gives a role or a group
            "second_factor_values of PUT /api/v1/organizations/{organization}/identity-provider",
            "role_mappings of PUT /api/v1/organizations/{organization}/identity-provider",
            "group_mappings of PUT /api/v1/organizations/{organization}/identity-provider",
            // its owner alone sees the document
            "shares of PUT /api/v1/documents/{document}/shares",
            // its owner alone sees the knowledge base, and its participants alone the chat
            "shares of PUT /api/v1/knowledge-bases/{knowledgeBase}/shares",
            "shares of PUT /api/v1/chats/{chat}/shares",
            // the chunk has no keywords
            "keywords of PATCH /api/v1/knowledge-bases/{knowledgeBase}/documents/{document}/chunks/{chunk}",
            // an owner takes all caps away; the monthly limits of the organization stay
            "caps of PUT /api/v1/organizations/{organization}/usage/caps",
            // what the caller says of itself
            "skills of PATCH /api/v1/users/me/profile",
            "certifications of PATCH /api/v1/users/me/profile");

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private Person ada;
    private String chosen;
    private String other;
    private String chat;

    @BeforeEach
    void aChatOfOneOfTwoKnowledgeBases() throws Exception {
        team = new Team(api);
        ada = team.owner();
        chosen = base("Chosen");
        other = base("Other");
        IndexedText.put(api, ada.api(), other, "pump.txt", "Its filter must be changed every ninety days.");
        chat = team.chat(ada, Map.of("title", "Pumps", "knowledge_base_ids", List.of(chosen)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    void aChatWhoseOnlyKnowledgeBaseIsDeletedAnswersFromNone(String accept) {
        assertThat(ada.api().delete("/knowledge-bases/" + chosen).status()).isEqualTo(202);
        assertThat(ask(accept)).as("while it is being removed").doesNotContain("ninety");
        api.execute("delete from knowledge_bases where id = '" + chosen + "'");
        JsonNode emptied = ada.api().get(chat).body();
        assertThat(emptied.path("knowledge_scope").stringValue()).isEqualTo("chosen");
        assertThat(emptied.path("knowledge_base_ids")).isEmpty();
        assertThat(ask(accept)).contains(NONE_THERE).doesNotContain("ninety");
        String question = ada.api()
                .get(chat + "/messages")
                .body()
                .path("items")
                .get(0)
                .path("id")
                .stringValue();
        assertThat(ada.api()
                        .post("/messages/" + question + "/regenerate", Map.of(), "Accept", accept)
                        .text())
                .contains(NONE_THERE)
                .doesNotContain("ninety");
        ada.api().patch(chat, Map.of("title", "Still emptied"), "If-Match", "*");
        assertThat(ask(accept)).contains(NONE_THERE);
    }

    @Test
    void aChatAsksAllOnlyWhereItSaysSo() {
        ada.api().patch(chat, Map.of("knowledge_base_ids", List.of()), "If-Match", "*");
        assertThat(ask("application/json")).contains(NONE_THERE).doesNotContain("ninety");
        ada.api()
                .patch(chat, Map.of("knowledge_scope", "all", "knowledge_base_ids", List.of(chosen)), "If-Match", "*")
                .assertProblem(422, "invalid-input", "knowledge_base_ids");
        JsonNode all = ada.api()
                .patch(chat, Map.of("knowledge_scope", "all"), "If-Match", "*")
                .body();
        assertThat(all.path("knowledge_scope").stringValue()).isEqualTo("all");
        assertThat(ask("application/json")).contains("ninety");
        String fresh = team.chat(ada, Map.of("title", "All"));
        assertThat(ada.api().get(fresh).text("knowledge_scope")).isEqualTo("all");
        JsonNode back = ada.api()
                .patch(fresh, Map.of("knowledge_base_ids", List.of(chosen)), "If-Match", "*")
                .body();
        assertThat(back.path("knowledge_scope").stringValue()).isEqualTo("chosen");
        assertThat(ada.api()
                        .patch(fresh, Map.of("knowledge_scope", "all"), "If-Match", "*")
                        .body()
                        .path("knowledge_base_ids"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    void aMessageThatNamesNoneIsRefused(String accept) {
        ada.api()
                .post(
                        chat + "/messages",
                        Map.of("content", QUESTION, "knowledge_base_ids", List.of()),
                        "Accept",
                        accept)
                .assertProblem(422, "invalid-input", "knowledge_base_ids");
    }

    @Test
    void aKnowledgeBaseThatIsSwitchedOffAnswersNoProgram() {
        ada.api().patch("/knowledge-bases/" + other, Map.of("is_active", false), "If-Match", "*");
        ApiClient.Reply reply = ada.api()
                .post(
                        "http://127.0.0.1:" + api.port() + "/v1/chat/completions",
                        Map.of(
                                "model",
                                "kb:" + other,
                                "messages",
                                List.of(Map.of("role", "user", "content", QUESTION))));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.text()).contains(NONE_THERE).doesNotContain("ninety");
    }

    @Test
    void anEmptyListOfAllowedModelsDoesNotAllowAll() {
        String settings = team.path() + "/settings";
        ada.api()
                .patch(settings, Map.of("allowed_ai_models", List.of()), "If-Match", "*")
                .assertProblem(422, "invalid-input", "allowed_ai_models");
    }

    /** Returns every list of a documented body, so that a new one is checked. */
    @Test
    void everyListOfABodySaysWhatItMeansWhenItIsEmpty() {
        List<String> open = new ArrayList<>();
        for (ApiOperation operation :
                ApiOperation.all(api.client().get("/openapi").body())) {
            if (operation.takesJson()) {
                lists(operation, operation.bodySchema(), open);
            }
        }
        assertThat(open)
                .as("lists without minItems: refuse an empty one, or say above why it widens nothing")
                .containsExactlyInAnyOrderElementsOf(NARROW);
    }

    @Test
    void noFilterWithoutAValueIsTakenForNone() {
        int filters = 0;
        for (ApiOperation operation :
                ApiOperation.all(api.client().get("/openapi").body())) {
            for (JsonNode parameter : operation.parameters("query")) {
                String name = parameter.path("name").stringValue();
                if (!operation.method().equals("GET")
                        || name.equals("cursor")
                        || !operation
                                .resolve(parameter.path("schema"))
                                .path("default")
                                .isMissingNode()) {
                    continue;
                }
                filters++;
                String path = operation.path().replace("/api/v1", "").replaceAll("\\{[^}]+}", UUID.randomUUID() + "");
                ApiClient.Reply reply = ada.api().get(path + "?" + name + "=");
                assertThat(reply.status()).as(operation + " " + name).isIn(422, 403);
            }
        }
        assertThat(filters).isGreaterThan(8);
        ada.api().get(team.path() + "/audit-log?user_id=").assertProblem(422, "invalid-input", "user_id");
    }

    private void lists(ApiOperation operation, JsonNode schema, List<String> open) {
        Map<String, JsonNode> properties = new HashMap<>();
        schema.path("properties")
                .properties()
                .forEach(property -> properties.put(property.getKey(), operation.resolve(property.getValue())));
        properties.forEach((name, property) -> {
            if (property.has("items")) {
                if (property.path("minItems").asInt(0) < 1) {
                    open.add(name + " of " + operation);
                }
                lists(operation, operation.resolve(property.path("items")), open);
            } else {
                lists(operation, property, open);
            }
        });
    }

    private String ask(String accept) {
        ApiClient.Reply reply = ada.api().post(chat + "/messages", Map.of("content", QUESTION), "Accept", accept);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.text();
    }

    private String base(String name) {
        return ada.api()
                .post(team.path() + "/knowledge-bases", Map.of("name", name))
                .text("id");
    }
}
