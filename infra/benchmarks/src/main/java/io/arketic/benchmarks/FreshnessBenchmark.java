package io.arketic.benchmarks;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how soon a file is found that is dropped into an idle stack. */
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
            double found = workspace.secondsToFound("page-" + drop + ".txt", texts.text(PAGE), patience);
            seconds.add(found);
            Verdict.say("drop %d: %.2f s", drop + 1, found);
        }
        return Verdict.of(
                seconds.median() <= BOUND,
                "freshness: p50 %.2f s (at most %.0f), max %.2f s, %d one-page files",
                seconds.median(),
                BOUND,
                seconds.max(),
                drops);
    }
}
