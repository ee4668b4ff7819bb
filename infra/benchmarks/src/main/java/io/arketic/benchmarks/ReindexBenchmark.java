package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how much longer a dropped file takes to be found while another generation of an index is built. */
@Command(
        name = "reindex",
        mixinStandardHelpOptions = true,
        description =
                "p50 from the upload of a one-page file until a search finds it while a knowledge base is reindexed"
                        + " ÷ with the stack idle: at most 2. Needs the stack up.")
final class ReindexBenchmark implements Callable<Integer> {

    private static final double BOUND = 2;
    private static final int PAGE = 2_500;
    private static final int LEAST_DURING = 5;

    @Mixin
    private final Stack stack = new Stack();

    @Option(
            names = "--documents",
            defaultValue = "150",
            description = "to be reindexed, two chunks each; ${DEFAULT-VALUE}")
    private int documents;

    @Option(names = "--drops", defaultValue = "15", description = "on the idle stack; ${DEFAULT-VALUE}")
    private int drops;

    @Option(names = "--patience", defaultValue = "PT15M", description = "${DEFAULT-VALUE}")
    private Duration patience = Duration.ZERO;

    private int pages;

    @Override
    public Integer call() throws Exception {
        Texts texts = Texts.likeTheSamples(stack.checkout().root(), System.nanoTime());
        Workspace indexed = indexed(texts);
        Workspace live = stack.workspace("live", 1000, 200);
        drop(live, texts); // the first one waits for what is started when it is needed
        Sample idle = new Sample();
        for (int drop = 0; drop < drops; drop++) {
            idle.add(drop(live, texts));
        }
        Verdict.say("idle: p50 %.2f s of %d", idle.median(), drops);

        begin(indexed);
        long start = System.nanoTime();
        Sample during = whileBuilding(indexed, live, texts);
        double took = (System.nanoTime() - start) / 1e9;
        JsonNode generation = newest(indexed);
        if (during.size() < LEAST_DURING) {
            throw new IOException(
                    "only " + during.size() + " files were dropped while it was built; take more --documents");
        }
        double ratio = during.median() / idle.median();
        return Verdict.of(
                ratio <= BOUND,
                "reindex: p50 drop to found %.2f s during ÷ %.2f s idle = %.2f (at most %.0f), %d files meanwhile;"
                        + " %d chunks in %.0f s",
                during.median(),
                idle.median(),
                ratio,
                BOUND,
                during.size(),
                generation.path("chunks").asLong(),
                took);
    }

    private Workspace indexed(Texts texts) throws IOException, InterruptedException {
        Workspace workspace = stack.workspace("reindex", 1000, 200);
        Stack.Bucket bucket = stack.bucket();
        for (int document = 0; document < documents; document++) {
            bucket.put(workspace.key(document + ".txt"), texts.text(1_700));
        }
        workspace.awaitEnd(documents, patience);
        return workspace;
    }

    /** Begins a generation with other boundaries of chunks, so that no embedding is known. */
    private static void begin(Workspace workspace) throws IOException {
        ApiClient client = workspace.client();
        client.post(
                workspace.path("/reindex"),
                client.object().put("chunk_size", 900).put("chunk_overlap", 100));
    }

    /**
     * Drops one file after the other until the generation is complete; the last one, which saw its end, does not count.
     */
    private Sample whileBuilding(Workspace indexed, Workspace live, Texts texts)
            throws IOException, InterruptedException {
        Sample during = new Sample();
        long deadline = System.nanoTime() + patience.toNanos();
        while (building(indexed)) {
            double seconds = drop(live, texts);
            if (building(indexed)) {
                during.add(seconds);
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the generation is not complete within " + patience);
            }
        }
        return during;
    }

    private static boolean building(Workspace workspace) throws IOException {
        return newest(workspace).path("state").asText().equals("building");
    }

    private static JsonNode newest(Workspace workspace) throws IOException {
        return workspace
                .client()
                .get(workspace.path("/reindex"))
                .path("generations")
                .path(0);
    }

    private double drop(Workspace workspace, Texts texts) throws IOException, InterruptedException {
        return workspace.secondsToFound("page-" + pages++ + ".txt", texts.text(PAGE), patience);
    }
}
