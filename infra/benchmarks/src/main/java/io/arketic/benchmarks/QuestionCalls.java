package io.arketic.benchmarks;

import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Defines the calls that JMH times; public, because it generates its harness in another package. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class QuestionCalls {

    private static final String QUESTION = "How long may a guest keep a borrowed bicycle?";
    private static final String PASSAGE = "A bicycle is handed back at any station that has a free dock. ".repeat(16);

    @Param({"bge-small-en-v1.5", "all-MiniLM-L6-v2"})
    public String model = "";

    private EmbeddingModels models = new EmbeddingModels(EmbeddingSettings.defaults());

    private EmbeddingModel chosen = models.defaultModel();

    @Setup(Level.Trial)
    public void choose() {
        chosen = models.get(model);
    }

    @TearDown(Level.Trial)
    public void close() {
        models.close();
    }

    @Benchmark
    public float[] embedQuestion() throws Exception {
        return chosen.embedQuery(QUESTION);
    }

    @Benchmark
    public int countTokens() {
        return chosen.countTokens(PASSAGE);
    }
}
