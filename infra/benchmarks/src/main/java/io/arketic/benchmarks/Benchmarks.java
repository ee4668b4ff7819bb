package io.arketic.benchmarks;

import io.arketic.benchmarks.extraction.ExtractBenchmark;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs one benchmark. Exit status 0 if its bound holds, 1 if not, 2 for wrong use. */
@Command(
        name = "infra/benchmarks/run",
        mixinStandardHelpOptions = true,
        description =
                "Measures Arketic. Each prints its figures on the last line; exit status 0 where its bound holds.",
        subcommands = {
            EmbeddingBenchmark.class,
            MemoryBenchmark.class,
            IngestBenchmark.class,
            ExtractBenchmark.class,
            SearchBenchmark.class,
            FreshnessBenchmark.class,
            FairnessBenchmark.class,
            ReindexBenchmark.class,
            SwitchBenchmark.class,
            KnownBenchmark.class,
            LoginBenchmark.class,
            BystanderBenchmark.class,
            ChatBenchmark.class,
            RetrievalBenchmark.class,
            AnswersBenchmark.class,
            QuestionBenchmark.class,
            WorkflowsBenchmark.class,
            RevocationBenchmark.class,
            LargeBenchmark.class,
            PeersBenchmark.class
        })
final class Benchmarks {

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmarks()).execute(arguments));
    }
}
