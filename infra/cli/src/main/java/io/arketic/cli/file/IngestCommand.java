package io.arketic.cli.file;

import io.arketic.cli.stack.LedgerRow;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.FlinkRest.Job;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the bounded job. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the ingest pipeline once over what the bucket holds now, and returns when it has finished.",
            "It skips versions that the ledger already accounts for."
        })
public final class IngestCommand implements Callable<Integer> {

    @Option(
            names = "--timeout",
            defaultValue = "3600",
            paramLabel = "SECONDS",
            description = "How long to wait (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    @Override
    public Integer call() throws SQLException, InterruptedException {
        Stack stack = Stack.current();
        var terminal = Terminal.system();
        Instant began = Instant.now();
        terminal.line("Running the bounded ingest job over the bucket");
        Job job = stack.jobs().runBounded(Duration.ofSeconds(timeoutSeconds));
        List<LedgerRow> ended = stack.ledger().endedSince(began);
        terminal.line("Job " + job.id() + " finished after " + Terminal.duration(Duration.between(began, Instant.now()))
                + "; " + ended.size() + " file versions ended meanwhile");
        if (!ended.isEmpty()) {
            LedgerTable.format(ended).forEach(terminal::line);
        }
        terminal.line("In all: " + LedgerTable.totals(stack.ledger().all(null)));
        return 0;
    }
}
