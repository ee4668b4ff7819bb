package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.GenerationPlan;
import io.arketic.schema.generation.IndexGenerations;
import io.arketic.schema.generation.MissingDocument;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.DocumentWarning;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ParkedVersions;
import io.arketic.schema.knowledge.ReextractedVersions;
import io.arketic.schema.knowledge.ReplaceOutcome;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests generations over HTTP; documents enter them through the same classes as in the jobs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReindexIT {

    private static final String OTHER_MODEL = "all-MiniLM-L6-v2";

    private RunningApi api;
    private ApiClient ada;
    private String slug;
    private String organization;
    private String base;
    private TenantDatabase database;
    private ObjectVersion indexedVersion;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
        database = api.ingest();
        ada = api.client().user("reindex-" + UUID.randomUUID() + "@example.org");
        JsonNode made = ada.post("/organizations", Map.of("name", "Reindex " + UUID.randomUUID()))
                .body();
        organization = made.path("id").stringValue();
        slug = made.path("slug").stringValue();
    }

    @BeforeEach
    void makeKnowledgeBase() {
        base = ada.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
    }

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
    void indexedFilesAreReadAgainOnRequestAndShowWhyTheyWereKept() throws Exception {
        index("a.txt", "The pump is blue.");
        String ingestion = "/knowledge-bases/" + base + "/ingestion";
        ada.post(ingestion + "/reextract", Map.of()).assertProblem(422, "invalid-input", "read_before");
        String before = Instant.now().toString();
        Map<String, String> wish = Map.of("read_before", before);
        assertThat(opened(ingestion, Map.of("read_before", "2026-01-01T00:00:00Z")))
                .isZero();
        assertThat(opened(ingestion, Map.of("read_before", Instant.MIN.toString())))
                .isZero();

        assertThat(opened(ingestion, wish)).isEqualTo(1);
        assertThat(ada.get(ingestion).body().path("in_flight").asInt()).isEqualTo(1);
        assertThat(opened(ingestion, wish)).as("under way").isZero();
        assertThat(found("pump")).as("meanwhile").isEqualTo("The pump is blue.");

        String key = slug + "/" + base + "/a.txt";
        KnowledgeTarget target =
                new IngestLedger(database).resolve(ObjectKey.parse(key)).orElseThrow();
        assertThat(new ReextractedVersions(database).keep(target, indexedVersion, "TIME_LIMIT", "too slow"))
                .isTrue();
        JsonNode kept = ada.get(ingestion).body();
        assertThat(kept.path("in_flight").asInt()).isZero();
        assertThat(kept.path("by_state").path("indexed").asInt()).isEqualTo(1);
        assertThat(kept.path("failures").isEmpty()).isTrue();
        assertThat(kept.path("kept_as_read").path(0).path("reason").stringValue())
                .isEqualTo("TIME_LIMIT");
        assertThat(opened(ingestion, wish)).as("it was read since").isZero();
        assertThat(opened(ingestion, Map.of("read_before", Instant.MAX.toString())))
                .isEqualTo(1);
    }

    @Test
    void aParkedFileIsToldWithItsAdviceAndTriedAtOnceOnRequest() throws Exception {
        String ingestion = "/knowledge-bases/" + base + "/ingestion";
        String key = slug + "/" + base + "/denied.txt";
        KnowledgeTarget target =
                new IngestLedger(database).resolve(ObjectKey.parse(key)).orElseThrow();
        ObjectVersion version =
                new ObjectVersion(RunningApi.BUCKET, key, "etag", Instant.now().truncatedTo(ChronoUnit.SECONDS), 9);
        new IngestLedger(database).admit(target, version);
        new ParkedVersions(database, EmbeddingCache.DEFAULT)
                .withhold(target, version, "ACCESS_DENIED", "403", Duration.ofMinutes(15));

        JsonNode progress = ada.get(ingestion).body();
        assertThat(progress.path("in_flight").asInt()).isEqualTo(1);
        assertThat(progress.path("failures").isEmpty()).isTrue();
        assertThat(progress.path("parked").path(0).path("reason").stringValue()).isEqualTo("ACCESS_DENIED");
        assertThat(progress.path("parked").path(0).path("advice").stringValue()).contains("rights");

        assertThat(ada.post(ingestion + "/retry", Map.of("reason", "ACCESS_DENIED"))
                        .body()
                        .path("retried")
                        .asInt())
                .isEqualTo(1);
        assertThat(ada.get(ingestion).body().path("parked").isEmpty()).isTrue();
        assertThat(ada.post(ingestion + "/retry", Map.of("reason", "ACCESS_DENIED"))
                        .body()
                        .path("retried")
                        .asInt())
                .as("under way")
                .isZero();
    }

    private int opened(String ingestion, Map<String, String> wish) {
        ApiClient.Reply reply = ada.post(ingestion + "/reextract", wish);
        assertThat(reply.status()).isEqualTo(202);
        return reply.body().path("opened").asInt();
    }

    @Test
    void filesThatWereReadInPartAreToldListedAndReadAgainByTheirWarning() throws Exception {
        String documents = "/knowledge-bases/" + base + "/documents";
        String ingestion = "/knowledge-bases/" + base + "/ingestion";
        index("whole.txt", "The pump is blue.");
        List<DocumentWarning> many = IntStream.rangeClosed(1, 30)
                .mapToObj(page -> new DocumentWarning("NEEDS_OCR", page, ""))
                .toList();
        String scan = index("scan.pdf", "The pump is red.", many);
        index("sheet.xlsx", "The pump is green.", List.of(new DocumentWarning("CELL_WITHOUT_VALUE", null, "A!B7")));

        JsonNode listed = ada.get(documents + "?warning=NEEDS_OCR").body().path("items");
        assertThat(listed.size()).isEqualTo(1);
        assertThat(listed.path(0).path("id").stringValue()).isEqualTo(scan);
        assertThat(listed.path(0).path("status").stringValue()).isEqualTo("completed");
        assertThat(listed.path(0).path("warnings").size()).isEqualTo(20);
        assertThat(listed.path(0).path("warning_count").asInt()).isEqualTo(30);
        JsonNode alone = ada.get(documents + "/" + scan).body().path("warnings");
        assertThat(alone.size()).isEqualTo(30);
        assertThat(alone.path(29).path("kind").stringValue()).isEqualTo("NEEDS_OCR");
        assertThat(alone.path(29).path("page").asInt()).isEqualTo(30);
        assertThat(ada.get(documents + "?warning=LIMIT_REACHED")
                        .body()
                        .path("items")
                        .size())
                .isZero();
        ada.get(documents + "?warning=none").assertProblem(422, "invalid-input", "warning");

        JsonNode warnings = ada.get(ingestion).body().path("warnings");
        assertThat(warnings.size()).isEqualTo(2);
        assertThat(warnings.path(0).path("kind").stringValue()).isEqualTo("CELL_WITHOUT_VALUE");
        assertThat(warnings.path(1).path("documents").asInt()).isEqualTo(1);
        assertThat(warnings.path(1).path("advice").stringValue()).contains("Tesseract");

        Map<String, String> wish = Map.of("read_before", Instant.now().toString(), "warning", "NEEDS_OCR");
        assertThat(opened(ingestion, wish)).isEqualTo(1);
        assertThat(opened(ingestion, wish)).as("under way").isZero();
    }

    @Test
    void aKnowledgeBaseChoosesTheLanguagesOfItsScansAmongTheInstalledOnes() {
        String bases = "/organizations/" + organization + "/knowledge-bases";
        ada.post(bases, Map.of("name", "B", "ocr_languages", List.of("tlh")))
                .assertProblem(422, "unknown-ocr-language", "ocr_languages");
        String path = "/knowledge-bases/"
                + ada.post(bases, Map.of("name", "B", "ocr_languages", List.of("eng", "eng")))
                        .text("id");
        assertThat(languages(path)).isEqualTo("[\"eng\"]");
        ada.patch(path, Map.of("ocr_languages", List.of("--help")), "If-Match", "*")
                .assertProblem(422, "unknown-ocr-language", "ocr_languages");
        ada.patch(path, Map.of("name", "C"), "If-Match", "*");
        assertThat(languages(path)).as("left alone").isEqualTo("[\"eng\"]");
        assertThat(ada.patch(path, Collections.singletonMap("ocr_languages", null), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        assertThat(languages(path)).isEqualTo("[]");
    }

    private String languages(String path) {
        return ada.get(path).body().path("ocr_languages").toString();
    }

    @Test
    void aKnowledgeBaseIsOutOfSightAtOnceAndLeavesNothing() throws Exception {
        index("gone.txt", "The pump is gone.");
        begin(Map.of("chunk_size", 300));
        String removed = index("removed.txt", "The pump was here.");
        assertThat(ada.delete("/knowledge-bases/" + base + "/documents/" + removed)
                        .status())
                .isEqualTo(204);
        assertThat(left()).as("with the vector of what was removed").isEqualTo("1 2 1 0 1");
        assertThat(ada.upload("/knowledge-bases/" + base + "/documents", Map.of("file.txt", "A file"))
                        .status())
                .isEqualTo(202);
        assertThat(StoredKeys.of(RunningApi.BUCKET, slug + "/" + base + "/")).hasSize(1);

        assertThat(ada.delete("/knowledge-bases/" + base + "?objects=true").status())
                .isEqualTo(202);

        ada.get("/knowledge-bases/" + base).assertProblem(404, "not-found", null);
        begin(Map.of()).assertProblem(404, "not-found", null);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        String left = left();
        while (!left.equals("0 0 0 0 0") && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(100);
            left = left();
        }
        assertThat(left).isEqualTo("0 0 0 0 0");
        assertThat(StoredKeys.of(RunningApi.BUCKET, slug + "/" + base + "/")).isEmpty();
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

    /** Counts rows and objects of the knowledge base. */
    private String left() throws Exception {
        String query = """
                select concat_ws(' ', (select count(*) from knowledge_bases where id = b),
                    (select count(*) from knowledge_documents where knowledge_base_id = b),
                    (select count(*) from knowledge_chunks where knowledge_base_id = b),
                    (select count(*) from ingest_ledger where knowledge_base_id = b and ended_at is null),
                    (select count(*) from embedding_cache where knowledge_base_id = b))
                from (select ?::uuid as b) asked
                """;
        try (var connection = DriverManager.getConnection(
                        api.database().url(),
                        api.database().user(),
                        api.database().password());
                var statement = connection.prepareStatement(query)) {
            statement.setString(1, base);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private ApiClient.Reply begin(Map<String, ?> wish) {
        return ada.post(path(""), wish);
    }

    private String path(String rest) {
        return "/knowledge-bases/" + base + "/reindex" + rest;
    }

    private String found(String query) {
        return ada.post(
                        "/knowledge-bases/" + base + "/search",
                        Map.of("query", query, "mode", "vector", "threshold", 0))
                .body()
                .path("items")
                .get(0)
                .path("content")
                .stringValue();
    }

    /** Indexes like the ingest job, with one chunk. Returns the document's id. */
    private String index(String name, String text) throws Exception {
        return index(name, text, List.of());
    }

    private String index(String name, String text, List<DocumentWarning> warnings) throws Exception {
        String key = slug + "/" + base + "/" + name;
        KnowledgeTarget target =
                new IngestLedger(database).resolve(ObjectKey.parse(key)).orElseThrow();
        ObjectVersion version = new ObjectVersion(
                RunningApi.BUCKET, key, "etag", Instant.now().truncatedTo(ChronoUnit.SECONDS), text.length());
        indexedVersion = version;
        new IngestLedger(database).admit(target, version);
        DocumentVersion content = new DocumentVersion(
                name, "text/plain", "0".repeat(64), text, List.of(), List.of(), null, null, "en", null, warnings);
        ReplaceOutcome outcome =
                new KnowledgeStore(database).replace(target, version, content, chunk(target, text), StepTimes.NONE);
        return ((ReplaceOutcome.Replaced) outcome).documentId().toString();
    }

    /** Indexes like the reindex job. */
    private void fill() throws Exception {
        GenerationFill fill = new GenerationFill(database);
        for (MissingDocument document : fill.missing(1_000)) {
            if (document.target().knowledgeBaseId().toString().equals(base)) {
                String text = fill.read(document).orElseThrow().text();
                assertThat(fill.write(document, chunk(document.target(), text))).isTrue();
            }
        }
    }

    private List<EmbeddedChunk> chunk(KnowledgeTarget target, String text) throws Exception {
        float[] vector = api.bean(EmbeddingModels.class)
                .get(target.embeddingModel())
                .embedPassages(List.of(text))
                .get(0);
        return List.of(new EmbeddedChunk(0, "text", null, 0, text.length(), text, null, 9, vector, false));
    }
}
