package io.arketic.benchmarks;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures whether the module's memory stays constant over many texts of all lengths. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description =
                "resident memory of this process while it embeds many texts of all lengths: grows by at most 64 MiB"
                        + " from the first tenth to the end; then of the API, as its own process with a heap that is"
                        + " resident from the start, under all kinds of calls: by as much from the third round to the end")
final class MemoryBenchmark implements Callable<Integer> {

    private static final long BOUND = 64;

    /** Sets the rounds until all code is compiled and all pools are filled. */
    private static final int WARM_UP = 3;

    @Mixin
    private final Checkout checkout = new Checkout();

    @Option(names = "--texts", defaultValue = "10000", description = "${DEFAULT-VALUE}")
    private int texts;

    @Option(names = "--model", defaultValue = "bge-small-en-v1.5", description = "${DEFAULT-VALUE}")
    private String model = "";

    @Option(names = "--sessions", defaultValue = "2", description = "${DEFAULT-VALUE}")
    private int sessions;

    @Option(names = "--longest", defaultValue = "2000", description = "characters; ${DEFAULT-VALUE}")
    private int longest;

    @Option(names = "--rounds", defaultValue = "10", description = "of the API, 0 for none of it; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "30", description = "of a round; ${DEFAULT-VALUE}")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        Texts source = Texts.likeTheSamples(checkout.root(), 7);
        Random lengths = new Random(7);
        long first = 0;
        long last = 0;
        try (EmbeddingModels models =
                new EmbeddingModels(new EmbeddingSettings(model, sessions, checkout.modelDirectory(), null))) {
            int tenth = Math.max(1, texts / 10);
            for (int done = 0; done < texts; ) {
                List<String> call = new ArrayList<>();
                for (int i = 0; i < Math.min(100, texts - done); i++) {
                    call.add(source.text(10 + lengths.nextInt(longest)));
                }
                models.defaultModel().embedPassages(call);
                done += call.size();
                last = ResidentMemory.now();
                if (done % tenth < 100) {
                    Verdict.say("%d texts: %d MiB resident", done, last);
                }
                if (done <= tenth) {
                    first = Math.max(first, last);
                }
            }
        }
        List<Long> ofApi = rounds == 0
                ? List.of(0L)
                : new ApiMemory(source).rounds(checkout.root(), checkout.modelDirectory(), rounds, seconds);
        long early = ofApi.stream().limit(WARM_UP).max(Long::compare).orElseThrow();
        long end = ofApi.get(ofApi.size() - 1);
        return Verdict.of(
                last - first <= BOUND && end - early <= BOUND,
                "memory: %d MiB after a tenth, %d MiB after %d texts; API %d MiB after %d rounds, %d MiB after %d (each"
                        + " grows by at most %d MiB)",
                first,
                last,
                texts,
                early,
                WARM_UP,
                end,
                rounds,
                BOUND);
    }
}
