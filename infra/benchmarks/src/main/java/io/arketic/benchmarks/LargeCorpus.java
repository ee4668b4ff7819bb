package io.arketic.benchmarks;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * Generates many chunks from few embedded passages: each repeats a passage, a third of whose words are those of another, and its
 * vector lies between the passage and some of its nearest neighbours, so that it has the directions of real vectors.
 */
final class LargeCorpus {

    static final int CHUNKS_OF_A_DOCUMENT = 20;

    private static final int NEIGHBOURS = 12;
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    /** Sets how many words of a chunk come from another passage. */
    private static final double VARIATION = 0.3;

    private final Random random;
    private final List<String[]> words;
    private final List<float[]> vectors;
    private final int[][] neighbours;

    /** @param passages are embedded */
    LargeCorpus(EmbeddingModel model, List<String> passages, long seed) throws EmbeddingException {
        this.random = new Random(seed);
        this.words = passages.stream().map(passage -> passage.split("\\s+")).toList();
        this.vectors = model.embedPassages(passages);
        this.neighbours =
                IntStream.range(0, vectors.size()).mapToObj(this::nearest).toArray(int[][]::new);
    }

    private int[] nearest(int of) {
        return IntStream.range(0, vectors.size())
                .filter(other -> other != of)
                .boxed()
                .sorted(Comparator.comparingDouble(other -> -product(vectors.get(of), vectors.get(other))))
                .mapToInt(Integer::intValue)
                .limit(NEIGHBOURS)
                .toArray();
    }

    private static double product(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private String text(int from) {
        String[] own = words.get(from);
        String[] others = words.get(random.nextInt(words.size()));
        StringJoiner text = new StringJoiner(" ");
        for (int i = 0; i < own.length; i++) {
            text.add(random.nextDouble() < VARIATION ? others[random.nextInt(others.length)] : own[i]);
        }
        return text.toString();
    }

    private float[] vector(int from) {
        float[] vector = vectors.get(from).clone();
        for (int step = 0; step < 4; step++) {
            float[] towards = vectors.get(neighbours[from][random.nextInt(neighbours[from].length)]);
            float share = (float) (0.35 * random.nextGaussian());
            for (int i = 0; i < vector.length; i++) {
                vector[i] += share * (towards[i] - vectors.get(from)[i]);
            }
        }
        return vector;
    }

    /** Writes a version of a document like the ingest job. */
    void write(TenantDatabase ingest, KnowledgeTarget target, int document, int version) throws SQLException {
        List<EmbeddedChunk> chunks = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < CHUNKS_OF_A_DOCUMENT; i++) {
            int from = random.nextInt(words.size());
            String passage = text(from);
            int start = text.length();
            text.append(passage).append('\n');
            chunks.add(new EmbeddedChunk(
                    i,
                    "text",
                    1 + i / 4,
                    start,
                    start + passage.length(),
                    passage,
                    null,
                    passage.length() / 4,
                    vector(from),
                    false));
        }
        String name = "document-" + document + ".txt";
        ObjectVersion object = new ObjectVersion(
                "knowledge",
                "large/" + target.knowledgeBaseId() + "/" + name,
                "e" + version,
                FIRST.plusSeconds(version),
                text.length());
        new IngestLedger(ingest).admit(target, object);
        new KnowledgeStore(ingest)
                .replace(
                        target,
                        object,
                        new DocumentVersion(
                                name,
                                "text/plain",
                                "%032x%032x".formatted(document, version),
                                text.toString(),
                                List.of(0),
                                List.of(),
                                null,
                                null,
                                "en",
                                null),
                        chunks,
                        StepTimes.NONE);
    }
}
