package io.arketic.cli;

import io.arketic.schema.IngestState;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the ledger. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = {
            "Shows every file version that was dropped and what became of it, then the sum:",
            "dropped = terminal (indexed, unchanged, superseded, deleted, dead) + in flight (received, extracting,"
                    + " embedding)."
        })
final class LedgerCommand implements Callable<Integer> {

    @Option(names = "--kb", paramLabel = "ID", description = "Only this knowledge base (default: all).")
    private @Nullable UUID knowledgeBase;

    @Option(names = "--why", description = "Also say of each dead file what was wrong with it.")
    private boolean why;

    @Override
    public Integer call() throws SQLException {
        var terminal = Terminal.system();
        List<LedgerRow> rows = Stack.current().ledger().all(knowledgeBase);
        LedgerTable.format(rows).forEach(terminal::line);
        if (why) {
            rows.stream()
                    .filter(row -> row.state() == IngestState.DEAD)
                    .forEach(row -> terminal.line(row.path() + ": " + row.reason() + ", " + row.detail()));
        }
        return 0;
    }
}
