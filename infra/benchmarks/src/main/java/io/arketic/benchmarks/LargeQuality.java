package io.arketic.benchmarks;

import io.arketic.embeddings.EmbeddingModel;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.LargeGenerations;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.ChunkSearch;
import io.arketic.schema.search.EmbeddedQuestion;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.services.judged.JudgedCollection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Measures how many of the documents that people judged relevant a search finds by its indexes, among many others. */
final class LargeQuality {

    private static final double LOSS = 0.01;
    private static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");

    private final OwnDatabase database;
    private final EmbeddingModel model;
    private final JudgedCollection collection;
    private final int questions;

    LargeQuality(OwnDatabase database, EmbeddingModel model, JudgedCollection collection, int questions) {
        this.database = database;
        this.model = model;
        this.collection = collection;
        this.questions = questions;
    }

    /**
     * Compares nDCG@10 by indexes with that of a comparison with every chunk.
     *
     * @param distractors texts that no question asks for
     * @param chunks of them beside the documents of the collection, each of which is one chunk
     * @param passages how many of them are embedded
     */
    int measure(List<String> distractors, int chunks, int passages) throws Exception {
        KnowledgeTarget target = database.target("judged", model.spec().id());
        for (Map.Entry<String, String> document : collection.documents().entrySet()) {
            write(target, document.getKey(), document.getValue());
        }
        List<String> some = new ArrayList<>(distractors);
        Collections.shuffle(some, new Random(1));
        LargeCorpus corpus = new LargeCorpus(model, some.subList(0, Math.min(passages, some.size())), 2);
        for (int document = 0; document * LargeCorpus.CHUNKS_OF_A_DOCUMENT < chunks; document++) {
            corpus.write(database.ingest(), target, document, 1);
        }
        database.execute("vacuum analyze");
        Map<String, float[]> asked = new LinkedHashMap<>();
        for (Map.Entry<String, String> question :
                collection.questions().entrySet().stream().limit(questions).toList()) {
            asked.put(question.getKey(), model.embedQuery(question.getValue()));
        }
        Verdict.say(
                "%d documents beside %d chunks, %d questions",
                collection.documents().size(), chunks, asked.size());
        Map<Mode, Double> compared = ndcg(target, asked);
        new LargeGenerations(database.maintenance()).run(1);
        Map<Mode, Double> indexed = ndcg(target, asked);
        for (Mode mode : Mode.values()) {
            Verdict.say(
                    "%s: nDCG@10 %.4f with indexes, %.4f without",
                    mode, indexed.getOrDefault(mode, 0.0), compared.getOrDefault(mode, 0.0));
        }
        double loss = compared.getOrDefault(Mode.HYBRID, 0.0) - indexed.getOrDefault(Mode.HYBRID, 0.0);
        return Verdict.of(loss <= LOSS, "large: nDCG@10 of both is %.4f lower with indexes", loss);
    }

    private Map<Mode, Double> ndcg(KnowledgeTarget target, Map<String, float[]> asked) throws Exception {
        ChunkSearch search = new ChunkSearch(database.application());
        Map<Mode, Double> sums = new EnumMap<>(Mode.class);
        for (Mode mode : Mode.values()) {
            for (Map.Entry<String, float[]> question : asked.entrySet()) {
                List<String> ranking = search
                        .search(
                                target.context(),
                                new SearchRequest(
                                        List.of(target.knowledgeBaseId()),
                                        collection.questions().getOrDefault(question.getKey(), ""),
                                        Map.of(
                                                target.embeddingModel(),
                                                new EmbeddedQuestion(question.getValue(), Set.of())),
                                        mode,
                                        10,
                                        -1.0))
                        .stream()
                        .map(ChunkHit::filename)
                        .toList();
                sums.merge(mode, collection.measure(question.getKey(), ranking).ndcg10() / asked.size(), Double::sum);
            }
        }
        return sums;
    }

    private void write(KnowledgeTarget target, String id, String text) throws Exception {
        EmbeddedChunk chunk = new EmbeddedChunk(
                0,
                "text",
                1,
                0,
                text.codePointCount(0, text.length()),
                text,
                null,
                model.countTokens(text),
                model.embedPassages(List.of(text)).get(0),
                false);
        ObjectVersion version = new ObjectVersion(
                "knowledge", "judged/" + target.knowledgeBaseId() + "/" + id, "e", WRITTEN, text.length());
        new IngestLedger(database.ingest()).admit(target, version);
        new KnowledgeStore(database.ingest())
                .replace(
                        target,
                        version,
                        new DocumentVersion(
                                id,
                                "text/plain",
                                "%064x".formatted(id.hashCode() & 0xffffffffL),
                                text,
                                List.of(0),
                                List.of(),
                                null,
                                null,
                                "en",
                                null),
                        List.of(chunk),
                        StepTimes.NONE);
    }
}
