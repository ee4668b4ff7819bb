package io.arketic.benchmarks;

import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;

/** Measures the cost of a question before the database is asked, and of counting tokens for the chunker. */
@Command(
        name = "question",
        mixinStandardHelpOptions = true,
        description = "milliseconds to embed a question and to count a passage's tokens (JMH); no bound")
final class QuestionBenchmark implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
        new Runner(new OptionsBuilder()
                        .include(QuestionCalls.class.getName())
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(2))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(2))
                        .build())
                .run();
        return 0;
    }
}
