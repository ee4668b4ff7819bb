package io.arketic.benchmarks;

import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.schema.search.ChunkSearch;
import io.arketic.schema.search.EmbeddedQuestion;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what HTTP, tenancy and JSON add to a search. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        description =
                "p50 of a search over HTTP ÷ (p50 of the same statement over JDBC + p50 of embedding the question), one"
                        + " caller, after warming up: at most 1.3. Needs the stack up.")
final class SearchBenchmark implements Callable<Integer> {

    private static final double BOUND = 1.3;

    @Mixin
    private final Stack stack = new Stack();

    @Option(names = "--files", defaultValue = "20", description = "in the knowledge base; ${DEFAULT-VALUE}")
    private int files;

    @Option(names = "--characters", defaultValue = "16000", description = "of a file; ${DEFAULT-VALUE}")
    private int characters;

    @Option(names = "--questions", defaultValue = "400", description = "measured; ${DEFAULT-VALUE}")
    private int questions;

    @Option(
            names = "--warm-up",
            defaultValue = "1500",
            description = "questions before: a JVM that was just started compiles for as long; ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--limit", defaultValue = "10", description = "hits; ${DEFAULT-VALUE}")
    private int limit;

    @Option(names = "--mode", defaultValue = "HYBRID", description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE}")
    private SearchRequest.Mode mode = SearchRequest.Mode.HYBRID;

    private final Sample http = new Sample();
    private final Sample jdbc = new Sample();
    private final Sample embedding = new Sample();

    @Override
    public Integer call() throws Exception {
        Texts texts = Texts.likeTheSamples(stack.checkout().root(), System.nanoTime());
        Workspace workspace = stack.workspace("search", 1000, 200);
        for (int i = 0; i < files; i++) {
            workspace.client().upload(workspace.path("/documents"), "file-" + i + ".txt", texts.text(characters));
        }
        workspace.awaitEnd(files, Duration.ofMinutes(30));
        int chunks = workspace.chunks().size();
        List<String> asked =
                Stream.generate(() -> question(texts)).limit(warmUp + questions).toList();
        measure(workspace, asked);
        double ratio = http.median() / (jdbc.median() + embedding.median());
        return Verdict.of(
                ratio <= BOUND,
                "search: ratio %.2f (at most %.1f), HTTP p50 %.1f ms p95 %.1f ms, statement p50 %.1f ms, embedding the"
                        + " question p50 %.1f ms, %s, %d chunks, %d questions",
                ratio,
                BOUND,
                http.median(),
                http.quantile(0.95),
                jdbc.median(),
                embedding.median(),
                mode.name().toLowerCase(Locale.ROOT),
                chunks,
                questions);
    }

    private static String question(Texts texts) {
        String[] words = texts.text(60).split("\\s+");
        return String.join(" ", List.of(words).subList(0, Math.min(9, words.length))) + "?";
    }

    /** Measures all three question by question, so that all see the same machine; the first ones only warm up. */
    private void measure(Workspace workspace, List<String> asked) throws Exception {
        TenantContext tenant =
                TenantContext.of(workspace.organization(), workspace.client().userId());
        EmbeddingSettings settings =
                new EmbeddingSettings("bge-small-en-v1.5", 1, stack.checkout().modelDirectory(), null);
        try (EmbeddingModels models = new EmbeddingModels(settings);
                TenantDatabase database = TenantDatabase.open(stack.database())) {
            EmbeddingModel model = models.defaultModel();
            ChunkSearch search = new ChunkSearch(database);
            for (int i = 0; i < asked.size(); i++) {
                String question = asked.get(i);
                long start = System.nanoTime();
                int found = workspace
                        .search(question, mode.name().toLowerCase(Locale.ROOT), limit)
                        .size();
                long answered = System.nanoTime();
                float[] vector = model.embedQuery(question);
                long embedded = System.nanoTime();
                SearchRequest request = new SearchRequest(
                        List.of(workspace.knowledgeBase()),
                        question,
                        Map.of(
                                model.spec().id(),
                                new EmbeddedQuestion(vector, model.spec().languages())),
                        mode,
                        limit,
                        0.0);
                int same = search.search(tenant, request).size();
                long selected = System.nanoTime();
                if (found != same) {
                    throw new IllegalStateException(
                            "HTTP found " + found + " and JDBC " + same + " chunks for: " + question);
                }
                if (i >= warmUp) {
                    http.add((answered - start) / 1e6);
                    embedding.add((embedded - answered) / 1e6);
                    jdbc.add((selected - embedded) / 1e6);
                }
            }
        }
    }
}
