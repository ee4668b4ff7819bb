package io.arketic.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how soon a tenant's file is found while another tenant has dropped thousands. */
@Command(
        name = "fairness",
        mixinStandardHelpOptions = true,
        description =
                "seconds until a one-page file of one tenant is found while another tenant's files wait: each at most 3"
                        + " times the p50 of an idle stack plus 2. Needs the stack up, and takes the other tenant's files"
                        + " away at the end.")
final class FairnessBenchmark implements Callable<Integer> {

    private static final double TIMES_IDLE = 3;
    private static final double SECONDS = 2;
    private static final int PAGE = 2_500;

    @Mixin
    private final Stack stack = new Stack();

    @Option(names = "--files", defaultValue = "5000", description = "of the other tenant; ${DEFAULT-VALUE}")
    private int files;

    @Option(names = "--drops", defaultValue = "15", description = "of one page, idle and beside; ${DEFAULT-VALUE}")
    private int drops;

    @Option(names = "--patience", defaultValue = "PT10M", description = "for one file; ${DEFAULT-VALUE}")
    private Duration patience = Duration.ZERO;

    @Override
    public Integer call() throws Exception {
        Texts texts = Texts.likeTheSamples(stack.checkout().root(), System.nanoTime());
        Workspace small = stack.workspace("fairness-small", 1000, 200);
        small.secondsToFound("first.txt", texts.text(PAGE), patience); // the model is loaded for it
        Sample idle = drop(small, texts, "idle");
        double bound = TIMES_IDLE * idle.median() + SECONDS;
        Workspace large = stack.workspace("fairness-large", 1000, 200);
        try {
            CompletableFuture<Void> dropped = CompletableFuture.runAsync(() -> fill(large));
            large.awaitEnd(1, patience);
            Sample beside = drop(small, texts, "beside");
            dropped.join();
            long left = files - large.ended();
            return Verdict.of(
                    beside.max() <= bound && left > 0,
                    "fairness: p50 %.2f s, max %.2f s beside %d files of another tenant (at most %.2f: 3 × idle p50 %.2f"
                            + " + 2), %d files each; %d of the other tenant's were left",
                    beside.median(),
                    beside.max(),
                    files,
                    bound,
                    idle.median(),
                    drops,
                    left);
        } finally {
            large.client().delete(large.path("?objects=true"));
        }
    }

    private Sample drop(Workspace workspace, Texts texts, String name) throws Exception {
        Sample seconds = new Sample();
        for (int drop = 0; drop < drops; drop++) {
            double found = workspace.secondsToFound(name + "-" + drop + ".txt", texts.text(PAGE), patience);
            seconds.add(found);
            Verdict.say("%s %d: %.2f s", name, drop + 1, found);
        }
        return seconds;
    }

    private void fill(Workspace workspace) {
        try {
            Texts texts = Texts.likeTheSamples(stack.checkout().root(), System.nanoTime());
            Stack.Bucket bucket = stack.bucket();
            for (int file = 0; file < files; file++) {
                bucket.put(workspace.key("file-" + file + ".txt"), texts.text(PAGE));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Verdict.say("dropped %d files", files);
    }
}
