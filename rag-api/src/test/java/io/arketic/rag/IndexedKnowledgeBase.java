package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.MissingDocument;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.DocumentWarning;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ReplaceOutcome;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.TenantDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Holds a knowledge base for each test; documents enter it through the same classes as in the jobs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class IndexedKnowledgeBase {

    RunningApi api;
    ApiClient ada;
    String slug;
    String organization;
    String base;
    TenantDatabase database;
    ObjectVersion indexedVersion;

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

    ApiClient.Reply begin(Map<String, ?> wish) {
        return ada.post(path(""), wish);
    }

    String path(String rest) {
        return "/knowledge-bases/" + base + "/reindex" + rest;
    }

    String found(String query) {
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
    String index(String name, String text) throws Exception {
        return index(name, text, List.of());
    }

    String index(String name, String text, List<DocumentWarning> warnings) throws Exception {
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
    void fill() throws Exception {
        GenerationFill fill = new GenerationFill(database);
        for (MissingDocument document : fill.missing(1_000)) {
            if (document.target().knowledgeBaseId().toString().equals(base)) {
                String text = fill.read(document).orElseThrow().text();
                assertThat(fill.write(document, chunk(document.target(), text))).isTrue();
            }
        }
    }

    List<EmbeddedChunk> chunk(KnowledgeTarget target, String text) throws Exception {
        float[] vector = api.bean(EmbeddingModels.class)
                .get(target.embeddingModel())
                .embedPassages(List.of(text))
                .get(0);
        return List.of(new EmbeddedChunk(0, "text", null, 0, text.length(), text, null, 9, vector, false));
    }
}
