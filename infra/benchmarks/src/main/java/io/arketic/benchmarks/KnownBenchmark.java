package io.arketic.benchmarks;

import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.generation.KnownEmbeddings;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.TenantDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the look-up of known embeddings for a document that has none. */
@Command(
        name = "known",
        mixinStandardHelpOptions = true,
        description = "time to look a document's texts up among those that are embedded already, living and gone, none"
                + " being there ÷ time to embed them: at most 0.02; and what keeping the vectors adds to a removal.")
final class KnownBenchmark implements Callable<Integer> {

    private static final double BOUND = 0.02;
    private static final int DIMENSIONS = 384;

    @Mixin
    private final Checkout checkout = new Checkout();

    @Option(names = "--documents", defaultValue = "200", description = "living, and as many gone; ${DEFAULT-VALUE}")
    private int documents;

    @Option(names = "--chunks", defaultValue = "50", description = "of a document; ${DEFAULT-VALUE}")
    private int chunks;

    @Option(names = "--rounds", defaultValue = "5", description = "${DEFAULT-VALUE}")
    private int rounds;

    private final Random random = new Random(7);
    private final Sample keeping = new Sample();
    private final Sample forgetting = new Sample();

    @Override
    public Integer call() throws Exception {
        EmbeddingSettings settings = new EmbeddingSettings("bge-small-en-v1.5", 2, checkout.modelDirectory(), null);
        try (OwnDatabase own = OwnDatabase.open();
                EmbeddingModels models = new EmbeddingModels(settings)) {
            TenantDatabase database = own.ingest();
            KnowledgeTarget target =
                    own.target("known", models.defaultModel().spec().id());
            fill(database, target);
            Sample looked = new Sample();
            Sample found = new Sample();
            Sample embedded = new Sample();
            Sample shares = new Sample();
            KnownEmbeddings known = new KnownEmbeddings(database);
            EmbeddingModel model = models.defaultModel();
            Texts texts = Texts.likeTheSamples(checkout.root(), System.nanoTime());
            for (int round = 0; round < rounds; round++) {
                List<String> fresh = new ArrayList<>();
                for (int i = 0; i < chunks; i++) {
                    fresh.add(texts.text(1_000));
                }
                double look = milliseconds(() -> known.find(target, fresh));
                double embed = milliseconds(() -> model.embedPassages(fresh));
                looked.add(look);
                embedded.add(embed);
                shares.add(look / embed);
                List<String> gone = texts("gone", round);
                found.add(milliseconds(() -> known.find(target, gone)));
                if (known.find(target, gone).size() != chunks) {
                    throw new IllegalStateException("what was removed is not known");
                }
            }
            return Verdict.of(
                    shares.median() <= BOUND,
                    "known: look-up ÷ embedding %.4f (at most %.2f); %d texts of 1,000 characters: %.1f ms to find none,"
                            + " %.1f ms to find all, %.0f ms to embed; among %d living and %d gone; removing a document"
                            + " %.1f ms, %.1f ms without keeping its vectors",
                    shares.median(),
                    BOUND,
                    chunks,
                    looked.median(),
                    found.median(),
                    embedded.median(),
                    documents * chunks,
                    documents * chunks,
                    keeping.median(),
                    forgetting.median());
        }
    }

    /** Adds documents that stay, others whose removal leaves vectors, and a few that leave none. */
    private void fill(TenantDatabase database, KnowledgeTarget target) throws Exception {
        EmbeddingCache cache = new EmbeddingCache(2 * documents * chunks, Duration.ofHours(1));
        KnowledgeStore keeps = new KnowledgeStore(database, cache);
        KnowledgeStore forgets = new KnowledgeStore(database, new EmbeddingCache(1, Duration.ZERO));
        for (int i = 0; i < documents; i++) {
            put(database, keeps, target, "living", i);
            keeping.add(removal(database, keeps, target, "gone", i));
            if (i % 10 == 0) {
                forgetting.add(removal(database, forgets, target, "forgotten", i));
            }
        }
    }

    private double removal(
            TenantDatabase database, KnowledgeStore store, KnowledgeTarget target, String name, int number)
            throws Exception {
        String key = put(database, store, target, name, number);
        return milliseconds(() -> store.delete(target, "knowledge", key));
    }

    private String put(TenantDatabase database, KnowledgeStore store, KnowledgeTarget target, String name, int number)
            throws Exception {
        String key = "known/" + target.knowledgeBaseId() + "/" + name + number + ".txt";
        List<String> texts = texts(name, number);
        List<EmbeddedChunk> made = new ArrayList<>();
        int start = 0;
        for (String text : texts) {
            int end = start + text.length();
            made.add(new EmbeddedChunk(made.size(), "text", null, start, end, text, null, 9, vector(), false));
            start = end + 1;
        }
        ObjectVersion version = new ObjectVersion("knowledge", key, "e", Instant.parse("2026-01-01T00:00:00Z"), 1);
        DocumentVersion document = new DocumentVersion(
                name,
                "text/plain",
                "0".repeat(64),
                String.join("\n", texts),
                List.of(),
                List.of(),
                null,
                null,
                "en",
                null);
        new IngestLedger(database).admit(target, version);
        store.replace(target, version, document, made, StepTimes.NONE);
        return key;
    }

    private List<String> texts(String name, int number) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            texts.add("Passage " + i + " of document " + number + ", which is " + name + ".");
        }
        return texts;
    }

    private float[] vector() {
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = random.nextFloat();
        }
        return vector;
    }

    private static double milliseconds(Callable<?> work) throws Exception {
        long start = System.nanoTime();
        work.call();
        return (System.nanoTime() - start) / 1e6;
    }
}
