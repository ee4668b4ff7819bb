package io.arketic.cli.file;

import io.arketic.cli.api.KnowledgeBase;
import io.arketic.cli.stack.Bucket;
import io.arketic.cli.stack.Ledger;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.FileTree;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.ObjectVersion;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Puts files into the bucket and watches the ledger until each of them has ended. */
public final class Drop {

    private static final Duration POLL = Duration.ofMillis(250);

    private final Stack stack;
    private final Terminal terminal;

    public Drop(Stack stack, Terminal terminal) {
        this.stack = stack;
        this.terminal = terminal;
    }

    public List<ObjectVersion> put(KnowledgeBase target, List<FileTree.Entry> files) throws IOException {
        try (Bucket bucket = stack.bucket()) {
            List<ObjectVersion> dropped = bucket.drop(
                    target.organizationSlug(),
                    target.id(),
                    files,
                    count -> terminal.progress("  " + count + "/" + files.size() + " files in the bucket"));
            terminal.finishProgress("  " + dropped.size() + " files in the bucket");
            return dropped;
        }
    }

    /** Returns when every file has ended; throws after the given time and names a file that has not. */
    public IngestionProgress await(List<ObjectVersion> dropped, Duration within)
            throws SQLException, InterruptedException {
        Instant began = Instant.now();
        Ledger ledger = stack.ledger();
        List<String> keys = dropped.stream().map(ObjectVersion::key).toList();
        while (true) {
            IngestionProgress progress = IngestionProgress.of(dropped, ledger.ofKeys(keys));
            Duration elapsed = Duration.between(began, Instant.now());
            if (progress.allEnded()) {
                terminal.finishProgress("  " + progress.describe(elapsed));
                return progress;
            }
            if (elapsed.compareTo(within) > 0) {
                terminal.finishProgress("  " + progress.describe(elapsed));
                throw CommandException.failed("not ended after " + Terminal.duration(within) + ": "
                        + String.join(", ", progress.unended()) + "; see infra/arketic logs taskmanager-1");
            }
            terminal.progress("  " + progress.describe(elapsed));
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }
}
