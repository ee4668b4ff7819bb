package io.arketic.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class ArketicTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            Arketic.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo", "up", "down", "status", "drop", "ask", "why-not", "ledger", "ingest", "extract", "token",
                "mail", "keys", "grant", "psql", "logs", "backup", "doctor", "db", "seed"
            })
    void everyCommandExplainsItself(String command) {
        assertThat(commandLine.execute(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: infra/arketic " + command);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "drop",
                "ask",
                "extract",
                "logs",
                "keys",
                "grant ada@example.org",
                "grant ada@example.org owner",
                "mail -n x",
                "up --wipe",
                "backup",
                "backup forget",
                "backup now --at 2026-11-22T18:00:00Z",
                "backup list --full",
                "db nonsense",
                "seed --organizations 0",
                "drop --kb no-uuid file"
            })
    void wrongUseEndsWith2AndSaysSo(String arguments) {
        assertThat(commandLine.execute(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    @Test
    void psqlGetsItsArgumentsAsTheyAreAndInOrder() {
        var psql = commandLine
                .parseArgs("psql", "-A", "-c", "select 1", "-h", "--csv")
                .subcommand();
        assertThat(psql.matchedPositional(0).<Object>getValue().toString()).isEqualTo("[-A, -c, select 1, -h, --csv]");
    }

    @Test
    void aFailureIsOneLine() {
        assertThat(commandLine.execute("extract", "no-such-file", "--out", "unused"))
                .isEqualTo(2);
        assertThat(err.toString().strip()).isEqualTo("arketic: no such file or directory: no-such-file");
    }

    @Test
    void verboseAddsWhereItHappened() {
        commandLine.execute("extract", "no-such-file", "--out", "unused", "--verbose");
        assertThat(err.toString()).contains("at io.arketic.cli.terminal.FileTree.of");
    }
}
