package io.arketic.benchmarks;

import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.schema.generation.LargeGenerations;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.ChunkSearch;
import io.arketic.schema.search.EmbeddedQuestion;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.services.judged.JudgedCollection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures searches, writes and the index of a large knowledge base against a comparison with every chunk. */
@Command(
        name = "large",
        mixinStandardHelpOptions = true,
        description = "Tenants with 50 %%, 1 %% and 0.01 %% of the chunks, and others: recall@10 of vectors against a"
                + " comparison with every chunk, also after a fifth was replaced, at least 0.97; hits of words and of both in"
                + " common; time of a search before and after its index. On a database of its own, without fsync.")
final class LargeBenchmark implements Callable<Integer> {

    private static final double RECALL = 0.97;
    private static final int OTHERS = 20;
    private static final int SMALLEST = 100;
    private static final int KILLS = 3;

    @Mixin
    private final Checkout checkout = new Checkout();

    @Option(names = "--chunks", defaultValue = "100000", description = "of all tenants; ${DEFAULT-VALUE}")
    private int chunks;

    @Option(names = "--passages", defaultValue = "600", description = "that are embedded; ${DEFAULT-VALUE}")
    private int passages;

    @Option(names = "--questions", defaultValue = "60", description = "of each tenant; ${DEFAULT-VALUE}")
    private int questions;

    @Option(names = "--indexed-from", defaultValue = "20000", description = "chunks; ${DEFAULT-VALUE}")
    private int indexedFrom;

    @Option(
            names = "--judged",
            description =
                    "a collection in BEIR's layout: its nDCG@10 with and without indexes is measured instead, beside chunks of"
                            + " the distractors")
    private @Nullable Path judged;

    @Option(names = "--distractors", description = "another such collection; generated texts if there is none")
    private @Nullable Path distractors;

    private record Question(String text, float[] vector) {}

    /** Holds what one way to search found for each question, and its times in milliseconds. */
    private record Answers(Map<Mode, List<List<UUID>>> found, Sample wall, Sample processor) {}

    @Override
    public Integer call() throws Exception {
        EmbeddingSettings settings = new EmbeddingSettings("bge-small-en-v1.5", 2, checkout.modelDirectory(), null);
        try (OwnDatabase database = OwnDatabase.open();
                EmbeddingModels models = new EmbeddingModels(settings)) {
            EmbeddingModel model = models.defaultModel();
            if (judged != null) {
                return new LargeQuality(database, model, JudgedCollection.read(judged), questions)
                        .measure(distractors(), chunks, passages);
            }
            Texts texts = Texts.likeTheSamples(checkout.root(), 1);
            LargeCorpus corpus = new LargeCorpus(
                    model,
                    Stream.generate(() -> texts.text(600)).limit(passages).toList(),
                    2);
            List<Question> asked = new ArrayList<>();
            for (int i = 0; i < questions; i++) {
                String[] words = texts.text(60).split("\\s+");
                String text = String.join(" ", Arrays.copyOf(words, Math.min(9, words.length))) + "?";
                asked.add(new Question(text, model.embedQuery(text)));
            }
            return measure(database, model.spec().id(), corpus, asked);
        }
    }

    private List<String> distractors() throws IOException {
        if (distractors == null) {
            Texts texts = Texts.likeTheSamples(checkout.root(), 1);
            return Stream.generate(() -> texts.text(600)).limit(passages).toList();
        }
        return List.copyOf(JudgedCollection.read(distractors).documents().values());
    }

    private int measure(OwnDatabase database, String model, LargeCorpus corpus, List<Question> asked) throws Exception {
        List<KnowledgeTarget> targets = new ArrayList<>();
        List<Integer> sizes = List.of(chunks / 2, chunks / 100, Math.max(SMALLEST, chunks / 10_000));
        long begun = System.nanoTime();
        for (int size : sizes) {
            targets.add(fill(database, model, corpus, "large-" + size, size));
        }
        for (int other = 0; other < OTHERS; other++) {
            fill(database, model, corpus, "other-" + other, (chunks - chunks / 2 - chunks / 100) / OTHERS);
        }
        database.execute("vacuum analyze");
        Verdict.say("filled with %d chunks in %.0f s", chunks, seconds(begun));
        List<Answers> compared = new ArrayList<>();
        for (KnowledgeTarget target : targets) {
            compared.add(ask(database, target, asked));
        }
        begun = System.nanoTime();
        boolean holds = index(database, targets.get(0), asked, compared.get(0));
        double indexing = seconds(begun);
        Verdict.say("indexed in %.0f s", indexing);
        double ratio = 0;
        for (int i = 0; i < targets.size(); i++) {
            Answers indexed = ask(database, targets.get(i), asked);
            holds &= compare(sizes.get(i) + " chunks", compared.get(i), indexed);
            if (i == 0) {
                ratio = compared.get(0).processor().median()
                        / indexed.processor().median();
            }
        }
        double written = replaceAFifth(database, corpus, targets.get(0), sizes.get(0));
        new LargeGenerations(database.maintenance()).run(indexedFrom);
        Answers after = ask(database, targets.get(0), asked);
        database.execute("update index_parts set ready_at = null");
        holds &= compare("a fifth replaced", ask(database, targets.get(0), asked), after);
        return Verdict.of(
                holds,
                "large: %d chunks, %d of them in one knowledge base; p50 of a search %.1f times shorter with its index; %.0f"
                        + " chunks/s written into it; indexed in %.0f s",
                chunks,
                sizes.get(0),
                ratio,
                written,
                indexing);
    }

    /**
     * Indexes what is large, is interrupted three times, and is asked meanwhile. Returns whether no question took more than
     * twice as long as the slowest twentieth before; how long they take beside the writing of indexes depends on the machine's cores.
     */
    private boolean index(OwnDatabase database, KnowledgeTarget target, List<Question> asked, Answers before)
            throws Exception {
        LargeGenerations generations = new LargeGenerations(database.maintenance());
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Sample wall = new Sample();
        try {
            int interrupted = 0;
            Future<Integer> indexing = threads.submit(() -> generations.run(indexedFrom));
            for (int i = 0; !indexing.isDone() || interrupted < KILLS; i++) {
                if (indexing.isDone()) {
                    indexing.get();
                    indexing = threads.submit(() -> generations.run(indexedFrom));
                }
                for (double millis : ask(database, target, List.of(asked.get(i % asked.size())))
                        .wall()
                        .values()) {
                    wall.add(millis);
                }
                if (interrupted < KILLS && i % 10 == 9) {
                    indexing.cancel(true);
                    threads.shutdown();
                    if (!threads.awaitTermination(5, TimeUnit.MINUTES)) {
                        throw new IllegalStateException("the work on indexes does not end when it is interrupted");
                    }
                    threads = Executors.newSingleThreadExecutor();
                    indexing = threads.submit(() -> generations.run(indexedFrom));
                    interrupted++;
                }
            }
            indexing.get();
        } finally {
            threads.shutdownNow();
        }
        double bound = 2 * before.wall().quantile(0.95);
        Verdict.say(
                "while it was indexed, and interrupted %d times: %d hybrid searches, wall p50 %.1f p95 %.1f max %.1f ms; %.1f ms"
                        + " are allowed",
                KILLS, wall.size(), wall.median(), wall.quantile(0.95), wall.max(), bound);
        return wall.max() <= bound;
    }

    private static KnowledgeTarget fill(OwnDatabase database, String model, LargeCorpus corpus, String slug, int size)
            throws SQLException {
        KnowledgeTarget target = database.target(slug, model);
        for (int document = 0; document * LargeCorpus.CHUNKS_OF_A_DOCUMENT < size; document++) {
            corpus.write(database.ingest(), target, document, 1);
        }
        return target;
    }

    /** Returns the chunks written in a second. */
    private static double replaceAFifth(OwnDatabase database, LargeCorpus corpus, KnowledgeTarget target, int size)
            throws SQLException {
        int documents = size / LargeCorpus.CHUNKS_OF_A_DOCUMENT / 5;
        long begun = System.nanoTime();
        for (int document = 0; document < documents; document++) {
            corpus.write(database.ingest(), target, document * 5, 2);
        }
        return documents * LargeCorpus.CHUNKS_OF_A_DOCUMENT / seconds(begun);
    }

    private static boolean compare(String name, Answers compared, Answers indexed) {
        double recall = common(compared, indexed, Mode.VECTOR);
        Verdict.say(
                "%s: recall@10 of vectors %.3f, hits in common by words %.3f, by both %.3f; a hybrid search: processor p50 %.1f"
                        + " p95 %.1f ms, wall p50 %.1f p95 %.1f ms; without indexes %.1f, %.1f, %.1f, %.1f ms",
                name,
                recall,
                common(compared, indexed, Mode.TEXT),
                common(compared, indexed, Mode.HYBRID),
                indexed.processor().median(),
                indexed.processor().quantile(0.95),
                indexed.wall().median(),
                indexed.wall().quantile(0.95),
                compared.processor().median(),
                compared.processor().quantile(0.95),
                compared.wall().median(),
                compared.wall().quantile(0.95));
        return recall >= RECALL;
    }

    /** Returns the share of the hits that are in both. */
    private static double common(Answers one, Answers other, Mode mode) {
        double sum = 0;
        int all = 0;
        List<List<UUID>> expected = one.found().getOrDefault(mode, List.of());
        List<List<UUID>> found = other.found().getOrDefault(mode, List.of());
        for (int i = 0; i < expected.size(); i++) {
            List<UUID> same = new ArrayList<>(expected.get(i));
            same.retainAll(found.get(i));
            sum += same.size();
            all += expected.get(i).size();
        }
        return all == 0 ? 1 : sum / all;
    }

    private static Answers ask(OwnDatabase database, KnowledgeTarget target, List<Question> asked) throws Exception {
        ChunkSearch search = new ChunkSearch(database.application());
        Answers answers = new Answers(new EnumMap<>(Mode.class), new Sample(), new Sample());
        for (Question question : asked) {
            for (Mode mode : List.of(Mode.VECTOR, Mode.TEXT, Mode.HYBRID)) {
                SearchRequest request = new SearchRequest(
                        List.of(target.knowledgeBaseId()),
                        question.text(),
                        Map.of(target.embeddingModel(), new EmbeddedQuestion(question.vector(), Set.of())),
                        mode,
                        10,
                        -1.0);
                Path process = process(database);
                long used = processor(process);
                long begun = System.nanoTime();
                List<UUID> found = search.search(target.context(), request).stream()
                        .map(ChunkHit::chunkId)
                        .toList();
                if (mode == Mode.HYBRID) {
                    answers.wall().add((System.nanoTime() - begun) / 1e6);
                    answers.processor().add((processor(process) - used) / 1e6);
                }
                answers.found().computeIfAbsent(mode, any -> new ArrayList<>()).add(found);
            }
        }
        return answers;
    }

    /** Finds the server's process for the only connection of requests. */
    private static Path process(OwnDatabase database) throws SQLException {
        return database.application().transaction(TenantContext.NONE, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
                row.next();
                return Path.of("/proc", row.getString(1), "schedstat");
            }
        });
    }

    /** Returns nanoseconds on a processor. */
    private static long processor(Path process) throws IOException {
        return Long.parseLong(Files.readString(process).split(" ")[0]);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
