package io.arketic.cli.file;

import io.arketic.cli.api.DemoUser;
import io.arketic.cli.stack.LedgerRow;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
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
            "Shows every dropped file version and its state, then the sum:",
            "dropped = terminal (indexed, unchanged, superseded, deleted, dead) + in flight (received, extracting,"
                    + " embedding)."
        })
public final class LedgerCommand implements Callable<Integer> {

    @Option(names = "--kb", paramLabel = "ID", description = "Only this knowledge base (default: all).")
    private @Nullable UUID knowledgeBase;

    @Option(names = "--why", description = "Also show the detail of each file with a reason.")
    private boolean why;

    @Option(
            names = "--reasons",
            description = "Only the sum and, for each reason of death in the knowledge base, how many and what to do.")
    private boolean reasons;

    @Option(
            names = "--retry",
            paramLabel = "REASON",
            description = "Try all files of the knowledge base again that are dead for this reason (default knowledge"
                    + " base: that of the demo).")
    private @Nullable String retry;

    @Option(
            names = "--reextract",
            description = "Read all indexed files of the knowledge base again, a hundred at a time: each becomes a new"
                    + " version of its document where the parsers of this version read it otherwise, and stays as it is where they"
                    + " cannot (default knowledge base: that of the demo).")
    private boolean reextract;

    @Option(
            names = "--before",
            paramLabel = "TIME",
            description = "Only files that were last read before then (with --reextract; default: now).")
    private @Nullable Instant before;

    @Option(
            names = "--warning",
            paramLabel = "KIND",
            description = "Only files that were read in part, with a warning of this kind, such as NEEDS_OCR; with"
                    + " --reextract these are read again.")
    private @Nullable String warning;

    @Option(
            names = "--replay",
            description =
                    "Play back the dead letters of all knowledge bases from Kafka: what they tell of is looked at again;"
                            + " what was indexed, replaced or deleted since is left alone.")
    private boolean replay;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only letters from then on, for example 2026-11-22T18:00:00Z (with --replay).")
    private @Nullable Instant since;

    @Option(names = "--reason", paramLabel = "REASON", description = "Only letters of this reason (with --replay).")
    private @Nullable String reason;

    @Override
    public Integer call() throws SQLException, IOException, InterruptedException {
        var terminal = Terminal.system();
        Stack stack = Stack.current();
        if (!replay && (since != null || reason != null)) {
            throw CommandException.unusable("--since and --reason go with --replay");
        }
        if (!reextract && before != null) {
            throw CommandException.unusable("--before goes with --reextract");
        }
        if (warning != null && (replay || reasons || retry != null)) {
            throw CommandException.unusable("--warning goes with the list of files or with --reextract");
        }
        if (replay) {
            terminal.line(stack.deadLetters().replay(since, reason));
            return 0;
        }
        if (retry != null || reasons || reextract) {
            DemoUser user = DemoUser.signIn(stack.checkout(), stack.api());
            var failures = new DeadFiles(user.api(), knowledgeBase == null ? user.knowledgeBase() : knowledgeBase);
            if (reextract) {
                failures.reextract(terminal, before == null ? Instant.now() : before, warning);
                failures.describe().forEach(terminal::line);
            } else if (retry != null) {
                terminal.line(failures.retry(retry) + " files are tried again.");
            } else {
                failures.describe().forEach(terminal::line);
            }
            return 0;
        }
        List<LedgerRow> rows = stack.ledger().all(knowledgeBase).stream()
                .filter(row ->
                        warning == null || List.of(row.warnings().split(" ")).contains(warning))
                .toList();
        LedgerTable.format(rows).forEach(terminal::line);
        if (why) {
            rows.stream()
                    .filter(row -> row.reason() != null)
                    .forEach(row -> terminal.line(row.path() + ": " + row.reason() + ", " + row.detail()));
        }
        return 0;
    }
}
