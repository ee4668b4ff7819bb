package io.arketic.benchmarks;

import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares our module with the bare runtime, round by round in turn, so that both see the same machine. */
@Command(
        name = "embedding",
        mixinStandardHelpOptions = true,
        description = "passages/s of the embeddings module ÷ a raw ONNX Runtime loop on the same texts and threads: at"
                + " least 0.95. The raw loop gets its tokens made beforehand, the module makes them itself.")
final class EmbeddingBenchmark implements Callable<Integer> {

    private static final double BOUND = 0.95;

    @Mixin
    private final Checkout checkout = new Checkout();

    @Option(names = "--texts", description = "take passages from the .txt, .md and .jsonl files below this directory")
    private @Nullable Path texts;

    @Option(names = "--passages", defaultValue = "48", description = "in a round; ${DEFAULT-VALUE}")
    private int passages;

    @Option(names = "--characters", defaultValue = "1000", description = "of a passage; ${DEFAULT-VALUE}")
    private int characters;

    @Option(names = "--rounds", defaultValue = "9", description = "of each of the two; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--threads", defaultValue = "2", description = "${DEFAULT-VALUE}")
    private int threads;

    @Override
    public Integer call() throws Exception {
        List<String> passages = Texts.passages(texts, checkout.root(), this.passages, characters);
        EmbeddingSettings settings =
                new EmbeddingSettings("bge-small-en-v1.5", threads, checkout.modelDirectory(), null);
        Sample ours = new Sample();
        Sample raw = new Sample();
        Sample ratios = new Sample();
        long tokens;
        try (EmbeddingModels models = new EmbeddingModels(settings);
                RawOnnxLoop loop = new RawOnnxLoop(threads)) {
            EmbeddingModel model = models.defaultModel();
            List<long[]> tokenised = loop.tokenise(passages);
            tokens = tokenised.stream().mapToLong(ids -> ids.length).sum();
            sameVectors(model.embedPassages(passages), loop.embed(tokenised));
            for (int round = 0; round < rounds; round++) {
                double oursRate;
                double rawRate;
                if (round % 2 == 0) {
                    oursRate = rate(passages.size(), () -> model.embedPassages(passages));
                    rawRate = rate(passages.size(), () -> loop.embed(tokenised));
                } else {
                    rawRate = rate(passages.size(), () -> loop.embed(tokenised));
                    oursRate = rate(passages.size(), () -> model.embedPassages(passages));
                }
                ours.add(oursRate);
                raw.add(rawRate);
                ratios.add(oursRate / rawRate);
                Verdict.say("round %d: module %.2f, raw %.2f passages/s", round + 1, oursRate, rawRate);
            }
        }
        double tokensEach = (double) tokens / passages.size();
        return Verdict.of(
                ratios.median() >= BOUND,
                "embedding: ratio %.3f (at least %.2f), module %.1f passages/s %.0f tokens/s, raw %.1f passages/s %.0f"
                        + " tokens/s, %d threads, %.0f tokens each",
                ratios.median(),
                BOUND,
                ours.median(),
                ours.median() * tokensEach,
                raw.median(),
                raw.median() * tokensEach,
                threads,
                tokensEach);
    }

    private static double rate(int count, Callable<List<float[]>> embedding) throws Exception {
        long start = System.nanoTime();
        embedding.call();
        return count * 1e9 / (System.nanoTime() - start);
    }

    /** Checks that both compute the same vectors. */
    private static void sameVectors(List<float[]> ours, List<float[]> raw) {
        for (int i = 0; i < ours.size(); i++) {
            double dot = 0;
            double square = 0;
            for (int k = 0; k < ours.get(i).length; k++) {
                dot += (double) ours.get(i)[k] * raw.get(i)[k];
                square += (double) raw.get(i)[k] * raw.get(i)[k];
            }
            if (dot / Math.sqrt(square) < 0.9999) {
                throw new IllegalStateException("module and raw loop differ in passage " + i);
            }
        }
    }
}
