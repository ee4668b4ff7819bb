package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.GenerationPlan;
import io.arketic.schema.generation.IndexGenerations;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests generations over HTTP: they are built, compared, switched to and left. */
class ReindexIT extends IndexedKnowledgeBase {

    private static final String OTHER_MODEL = "all-MiniLM-L6-v2";

    @Test
    void aGenerationIsBuiltComparedSwitchedToAndLeftAgain() throws Exception {
        String filter = index("filter.txt", "The filter of the Aurelia pump is changed every ninety days.");
        index("origin.txt", "The pump was designed by Ingrid Solberg in Narvik.");
        ApiClient.Reply begun = begin(Map.of("embedding_model", OTHER_MODEL, "chunk_size", 400));
        assertThat(begun.status()).isEqualTo(202);
        assertThat(begun.body().path("state").stringValue()).isEqualTo("building");
        assertThat(begun.body().path("documents").asInt()).isEqualTo(2);
        begin(Map.of()).assertProblem(409, "reindex-under-way", null);
        ada.post(path("/2/activate"), Map.of()).assertProblem(409, "generation-incomplete", null);

        fill();
        JsonNode progress = ada.get(path("")).body();
        assertThat(progress.path("active_generation").asInt()).isEqualTo(1);
        assertThat(progress.path("generations").get(0).path("documents_done").asInt())
                .isEqualTo(2);
        JsonNode compared = ada.post(
                        path("/compare"),
                        Map.of(
                                "queries",
                                List.of(Map.of(
                                        "query",
                                        "How often is the filter changed?",
                                        "relevant_documents",
                                        List.of(filter)))))
                .body();
        assertThat(compared.path("live").asInt()).isEqualTo(1);
        assertThat(compared.path("candidate").asInt()).isEqualTo(2);
        assertThat(compared.path("overlap_at10").asDouble()).isEqualTo(1);
        assertThat(compared.path("candidate_ndcg_at10").asDouble()).isEqualTo(1);

        JsonNode activated = ada.post(path("/2/activate"), Map.of()).body();
        assertThat(activated.path("state").stringValue()).isEqualTo("active");
        JsonNode changed = ada.get("/knowledge-bases/" + base).body();
        assertThat(changed.path("embedding_model").stringValue()).isEqualTo(OTHER_MODEL);
        assertThat(changed.path("chunk_size").asInt()).isEqualTo(400);
        assertThat(found("How often is the filter changed?")).contains("ninety days");
        assertThat(ada.get("/knowledge-bases/" + base + "/documents/" + filter + "/chunks")
                        .body()
                        .path("items")
                        .get(0)
                        .path("generation")
                        .asInt())
                .isEqualTo(2);

        assertThat(ada.post(path("/2/activate"), Map.of()).text("state"))
                .as("activated once more")
                .isEqualTo("active");
        ada.post(path("/rollback"), Map.of()).assertProblem(422, "invalid-input", "generation");
        ada.post(path("/rollback"), Map.of("generation", 7)).assertProblem(404, "not-found", null);
        assertThat(sideBySide(path("/rollback"), Map.of("generation", 1)))
                .allSatisfy(back -> assertThat(back.body().path("generation").asInt())
                        .as(back.text())
                        .isEqualTo(1));
        assertThat(ada.get(path("")).body().path("active_generation").asInt()).isEqualTo(1);
        assertThat(ada.get("/knowledge-bases/" + base)
                        .body()
                        .path("embedding_model")
                        .stringValue())
                .isNotEqualTo(OTHER_MODEL);
        assertThat(found("How often is the filter changed?")).contains("ninety days");
        assertThat(sideBySide(path("/2/prune"), Map.of()))
                .allSatisfy(pruned -> assertThat(pruned.status()).isEqualTo(204));
        ada.post(path("/rollback"), Map.of("generation", 2)).assertProblem(409, "generation-unavailable", null);
    }

    /** Returns the answers to five equal parallel calls, and one after them. */
    private List<ApiClient.Reply> sideBySide(String path, Map<String, Object> body) {
        return Stream.concat(
                        IntStream.range(0, 5)
                                .mapToObj(call -> CompletableFuture.supplyAsync(() -> ada.post(path, body)))
                                .toList()
                                .stream()
                                .map(CompletableFuture::join),
                        Stream.of(0).map(last -> ada.post(path, body)))
                .toList();
    }

    @Test
    void whatCannotBeIsRefusedAndTheLiveGenerationUntouched() {
        begin(Map.of("embedding_model", "no-such-model"))
                .assertProblem(422, "unknown-embedding-model", "embedding_model");
        begin(Map.of("chunk_size", 200, "chunk_overlap", 200))
                .assertProblem(422, "chunk-overlap-too-large", "chunk_overlap");
        ada.post(path("/7/activate"), Map.of()).assertProblem(404, "not-found", null);
        ada.post(path("/1/cancel"), Map.of()).assertProblem(409, "generation-unavailable", null);
        ada.post(path("/compare"), Map.of()).assertProblem(409, "generation-unavailable", null);
        JsonNode generations = ada.get(path("")).body().path("generations");
        assertThat(generations.size()).isEqualTo(1);
        assertThat(generations.get(0).path("state").stringValue()).isEqualTo("active");

        ApiClient stranger = api.client().user("stranger-" + UUID.randomUUID() + "@example.org");
        stranger.get(path("")).assertProblem(404, "not-found", null);
        stranger.post(path(""), Map.of()).assertProblem(404, "not-found", null);
    }

    @Test
    void aGenerationWhoseModelDoesNotAnswerStaysOut() throws Exception {
        new IndexGenerations(api.bean(TenantDatabase.class))
                .begin(
                        TenantContext.ofOrganization(UUID.fromString(organization)),
                        UUID.fromString(base),
                        new GenerationPlan("left-the-deployment", 400, 40, 0.3));
        ada.post(path("/2/activate"), Map.of()).assertProblem(502, "model-unavailable", null);
        assertThat(ada.get(path("")).body().path("active_generation").asInt()).isEqualTo(1);
        assertThat(ada.post(path("/2/cancel"), Map.of()).status()).isEqualTo(204);
    }

    @Test
    void anEmptyKnowledgeBaseIsReadyAtOnceAndCanBeCancelledOrActivated() {
        assertThat(begin(Map.of("chunk_size", 300)).body().path("state").stringValue())
                .isEqualTo("ready");
        assertThat(ada.post(path("/2/cancel"), Map.of()).status()).isEqualTo(204);
        assertThat(begin(Map.of("chunk_size", 300)).body().path("generation").asInt())
                .isEqualTo(3);
        assertThat(ada.post(path("/3/activate"), Map.of()).status()).isEqualTo(200);
        assertThat(ada.get("/knowledge-bases/" + base).body().path("chunk_size").asInt())
                .isEqualTo(300);
    }

    @Test
    void progressIsToldAsItChanges() throws Exception {
        index("filter.txt", "The filter of the Aurelia pump is changed every ninety days.");
        try (EventReader events = EventReader.at(ada, path(""))) {
            events.await(event -> state(event, 0).equals("active"));
            begin(Map.of("chunk_size", 400));
            events.await(event -> state(event, 0).equals("building"));
            fill();
            new GenerationFill(database).tidy(); // as the reindex job does
            EventReader.Event ready = events.await(event -> state(event, 0).equals("ready"));
            assertThat(ready.name()).isEqualTo("progress");
            JsonNode newest = ready.data().path("generations").get(0);
            assertThat(newest.path("documents_done").asInt())
                    .isEqualTo(newest.path("documents").asInt())
                    .isEqualTo(1);
            assertThat(state(ready, 1)).isEqualTo("active");
        }
    }

    private static String state(EventReader.Event event, int generation) {
        return event.data().path("generations").path(generation).path("state").asString("");
    }

    @Test
    void aKnowledgeBaseThatIsSwitchedOffBeginsNothing() {
        String tag = ada.get("/knowledge-bases/" + base).header("ETag");
        assertThat(ada.patch("/knowledge-bases/" + base, Map.of("is_active", false), "If-Match", tag)
                        .status())
                .isEqualTo(200);
        begin(Map.of()).assertProblem(409, "conflict", null);
    }

    @Test
    void ofSeveralSimultaneousBeginsOneSucceeds() throws Exception {
        index("a.txt", "The pump is blue.");
        ExecutorService several = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> answers = several.invokeAll(Collections.nCopies(
                    4, () -> begin(Map.of("chunk_size", 300)).status()));
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> answer : answers) {
                statuses.add(answer.get());
            }
            assertThat(statuses).containsExactlyInAnyOrder(202, 409, 409, 409);
        } finally {
            several.shutdown();
        }
        assertThat(ada.get(path("")).body().path("generations").size()).isEqualTo(2);
    }

    @Test
    void theJudgedQuestionsThatGetWorseAreCounted() throws Exception {
        String filter = index("filter.txt", "The filter of the Aurelia pump is changed every ninety days.");
        index("origin.txt", "The pump was designed by Ingrid Solberg in Narvik.");
        assertThat(begin(Map.of("chunk_size", 400)).status()).isEqualTo(202);
        fill();
        assertThat(ada.post(path("/compare"), Map.of("judged", true))
                        .body()
                        .path("queries")
                        .asInt(-1))
                .as("none is kept")
                .isZero();
        keep("How often is the filter changed?", filter);
        keep("Who designed the pump?");
        api.execute("delete from knowledge_chunks where generation = 2 and document_id = '" + filter + "'");
        JsonNode judged = ada.post(path("/compare"), Map.of("judged", true)).body();
        assertThat(judged.path("queries").asInt()).isEqualTo(2);
        assertThat(judged.path("worse").asInt()).isEqualTo(1);
        assertThat(judged.path("better").asInt(-1)).isZero();
        assertThat(judged.path("live_ndcg_at10").asDouble()).isEqualTo(1);
        assertThat(judged.path("candidate_ndcg_at10").asDouble(-1)).isZero();
        assertThat(judged.at("/items/0/live_ndcg_at10").isNull())
                .as("not judged")
                .isTrue();
        ada.post(path("/compare"), Map.of("judged", true, "queries", List.of(Map.of("query", "pump"))))
                .assertProblem(422, "invalid-input", "judged");
    }

    private String judgedQuestions() {
        return "/knowledge-bases/" + base + "/judged-questions";
    }

    private String keep(String question, String... documents) {
        ApiClient.Reply kept =
                ada.post(judgedQuestions(), Map.of("question", question, "relevant_document_ids", List.of(documents)));
        assertThat(kept.status()).as(kept.text()).isEqualTo(201);
        return judgedQuestions() + "/" + kept.text("id");
    }

    @Test
    void aJudgedQuestionIsKeptOnceAndEdited() throws Exception {
        String filter = index("filter.txt", "The filter of the Aurelia pump is changed every ninety days.");
        String origin = index("origin.txt", "The pump was designed by Ingrid Solberg in Narvik.");
        String question = keep("Who designed the pump?", filter);
        ada.post(
                        judgedQuestions(),
                        Map.of("question", " Who designed the pump? ", "relevant_document_ids", List.of(filter)))
                .assertProblem(409, "conflict", "question");
        ada.post(judgedQuestions(), Map.of("question", "Why?", "relevant_document_ids", List.of(UUID.randomUUID())))
                .assertProblem(422, "invalid-input", "relevant_document_ids");
        ApiClient.Reply read = ada.get(question);
        assertThat(read.body().at("/relevant_documents/0/filename").stringValue())
                .isEqualTo("filter.txt");
        Map<String, Object> change = Map.of("relevant_document_ids", List.of(origin));
        ada.patch(question, change).assertProblem(428, "precondition-required", null);
        ApiClient.Reply changed = ada.patch(question, change, "If-Match", read.header("ETag"));
        assertThat(changed.body().path("relevant_documents").findValuesAsString("document_id"))
                .containsExactly(origin);
        ada.patch(question, change, "If-Match", read.header("ETag")).assertProblem(412, "stale-version", null);

        ApiClient stranger = new Team(api).owner().api();
        stranger.get(question).assertProblem(404, "not-found", null);
        stranger.get(judgedQuestions()).assertProblem(404, "not-found", null);
        stranger.delete(question).assertProblem(404, "not-found", null);
        ada.delete("/knowledge-bases/" + base + "/documents/" + origin);
        assertThat(ada.get(question).body().path("relevant_documents"))
                .as("is gone")
                .isEmpty();
        assertThat(ada.delete(question).status()).isEqualTo(204);
        assertThat(ada.get(judgedQuestions()).body().path("items")).isEmpty();
    }
}
