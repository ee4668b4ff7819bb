package io.arketic.benchmarks;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.TenantDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Stores documents like the ingest job, for a benchmark without a job: each passage is a chunk. */
final class IndexedDocument {

    private IndexedDocument() {}

    static void put(TenantDatabase database, EmbeddingModel model, String key, List<String> passages) throws Exception {
        KnowledgeTarget target =
                new IngestLedger(database).resolve(ObjectKey.parse(key)).orElseThrow();
        String text = String.join("\n\n", passages);
        ObjectVersion version = new ObjectVersion(
                "knowledge",
                key,
                "etag-" + key.hashCode(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                text.length());
        new IngestLedger(database).admit(target, version);
        String filename = key.substring(key.lastIndexOf('/') + 1);
        DocumentVersion content = new DocumentVersion(
                filename,
                "text/plain",
                "%064x".formatted(key.hashCode() & 0xffffffffL),
                text,
                List.of(0),
                List.of(),
                null,
                null,
                "en",
                null);
        new KnowledgeStore(database).replace(target, version, content, chunks(model, passages), StepTimes.NONE);
    }

    /** Returns the chunks of a text whose paragraphs are the passages. */
    static List<EmbeddedChunk> chunks(EmbeddingModel model, List<String> passages) throws EmbeddingException {
        List<float[]> vectors = model.embedPassages(passages);
        List<EmbeddedChunk> chunks = new ArrayList<>();
        int end = -2;
        for (String passage : passages) {
            int start = end + 2;
            end = start + passage.codePointCount(0, passage.length());
            chunks.add(new EmbeddedChunk(
                    chunks.size(),
                    "text",
                    1,
                    start,
                    end,
                    passage,
                    null,
                    model.countTokens(passage),
                    vectors.get(chunks.size()),
                    false));
        }
        return chunks;
    }
}
