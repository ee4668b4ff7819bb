package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.MissingDocument;
import io.arketic.schema.knowledge.DocumentVersion;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Indexes documents like the job, each paragraph as a chunk. */
final class IndexedText {

    /** Makes each a second later than the one before. */
    private static final AtomicInteger VERSIONS = new AtomicInteger();

    private IndexedText() {}

    /** Returns the document's id. Another text under the same name is its next version. */
    static String put(RunningApi api, ApiClient user, String base, String filename, String text) throws Exception {
        ApiClient.Reply uploaded = user.upload("/knowledge-bases/" + base + "/documents", Map.of(filename, text));
        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(202);
        var item = uploaded.body().path("items").get(0);
        index(api, item.path("file_path").stringValue(), filename, text, "%064x".formatted(VERSIONS.incrementAndGet()));
        return item.path("id").stringValue();
    }

    /** Indexes an object under a key, as the job would find it. */
    static void index(RunningApi api, String key, String filename, String text, String hash) throws Exception {
        TenantDatabase database = api.ingest();
        KnowledgeTarget target =
                new IngestLedger(database).resolve(ObjectKey.parse(key)).orElseThrow();
        int number = VERSIONS.incrementAndGet();
        ObjectVersion version = new ObjectVersion(
                RunningApi.BUCKET,
                key,
                "etag-" + number,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(number),
                text.length());
        new IngestLedger(database).admit(target, version);
        List<EmbeddedChunk> chunks = chunks(api, target, text);
        DocumentVersion content =
                new DocumentVersion(filename, "text/plain", hash, text, List.of(0), List.of(), null, null, "en", null);
        assertThat(new KnowledgeStore(database).replace(target, version, content, chunks, StepTimes.NONE))
                .isInstanceOf(ReplaceOutcome.Replaced.class);
    }

    /** Writes what present generations still lack, like the reindex job. */
    static void fillGenerations(RunningApi api, String base) throws Exception {
        GenerationFill fill = new GenerationFill(api.ingest());
        for (MissingDocument document : fill.missing(1_000)) {
            if (document.target().knowledgeBaseId().toString().equals(base)) {
                String text = fill.read(document).orElseThrow().text();
                assertThat(fill.write(document, chunks(api, document.target(), text)))
                        .isTrue();
            }
        }
    }

    private static List<EmbeddedChunk> chunks(RunningApi api, KnowledgeTarget target, String text) throws Exception {
        var model = api.bean(EmbeddingModels.class).get(target.embeddingModel());
        List<EmbeddedChunk> chunks = new ArrayList<>();
        int end = 0;
        for (String paragraph : text.split("\n\n")) {
            int from = text.indexOf(paragraph, end);
            end = from + paragraph.length();
            chunks.add(new EmbeddedChunk(
                    chunks.size(),
                    "text",
                    1,
                    text.codePointCount(0, from),
                    text.codePointCount(0, end),
                    paragraph,
                    null,
                    model.countTokens(paragraph),
                    model.embedPassages(List.of(paragraph)).get(0),
                    false));
        }
        return chunks;
    }
}
