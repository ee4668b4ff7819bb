package io.arketic.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchmarksTest {

    @Test
    void everyBenchmarkExplainsItself() {
        CommandLine command = new CommandLine(new Benchmarks());
        assertThat(command.getSubcommands())
                .containsOnlyKeys(
                        "embedding",
                        "memory",
                        "bystander",
                        "ingest",
                        "search",
                        "freshness",
                        "fairness",
                        "reindex",
                        "switch",
                        "known",
                        "large",
                        "login",
                        "chat",
                        "retrieval",
                        "answers",
                        "peers",
                        "question",
                        "workflows",
                        "revocation",
                        "extract");
        command.getSubcommands()
                .forEach((name, benchmark) -> assertThat(benchmark.getUsageMessage())
                        .contains("infra/benchmarks/run " + name)
                        .contains("--help"));
    }
}
