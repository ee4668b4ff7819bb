package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How soon a file is found that is dropped while nothing else happens. */
@Command(
        name = "freshness",
        mixinStandardHelpOptions = true,
        description =
                "seconds from the start of the upload of a one-page file until a search finds it, one file after the"
                        + " other: p50 at most 3. Needs the stack up.")
final class FreshnessBenchmark implements Callable<Integer> {

    private static final double BOUND = 3;
    private static final int PAGE = 2_500;

    @Mixin
    private final Stack stack = new Stack();

    @Option(names = "--drops", defaultValue = "20", description = "${DEFAULT-VALUE}")
    private int drops;

    @Option(names = "--patience", defaultValue = "PT2M", description = "for one file; ${DEFAULT-VALUE}")
    private Duration patience = Duration.ZERO;

    @Override
    public Integer call() throws Exception {
        Texts texts = Texts.likeTheSamples(stack.checkout().root(), System.nanoTime());
        Workspace workspace = stack.workspace("freshness", 1000, 200);
        Sample seconds = new Sample();
        for (int drop = 0; drop < drops; drop++) {
            String word = "zq" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
            String page = texts.text(PAGE) + " The token of this page is " + word + ".";
            long start = System.nanoTime();
            workspace.client().upload(workspace.path("/documents"), "page-" + drop + ".txt", page);
            awaitFound(workspace, word);
            seconds.add((System.nanoTime() - start) / 1e9);
            Verdict.say("drop %d: %.2f s", drop + 1, (System.nanoTime() - start) / 1e9);
        }
        return Verdict.of(
                seconds.median() <= BOUND,
                "freshness: p50 %.2f s (at most %.0f), max %.2f s, %d one-page files",
                seconds.median(),
                BOUND,
                seconds.max(),
                drops);
    }

    /** By its text, so that asking does not take processor time from the embedding; both come with one commit. */
    private void awaitFound(Workspace workspace, String word) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            for (JsonNode hit : workspace.search(word, "text", 1)) {
                if (hit.get("content").asText().toLowerCase(Locale.ROOT).contains(word)) {
                    return;
                }
            }
            TimeUnit.MILLISECONDS.sleep(25);
        }
        throw new IOException(
                "not found within " + patience + ": " + workspace.client().get(workspace.path("/ingestion")));
    }
}
