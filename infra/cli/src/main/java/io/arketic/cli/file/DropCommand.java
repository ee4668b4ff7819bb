package io.arketic.cli.file;

import io.arketic.cli.api.DemoUser;
import io.arketic.cli.api.KnowledgeBase;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.FileTree;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.ObjectVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Drops files into the bucket. */
@Command(
        name = "drop",
        mixinStandardHelpOptions = true,
        description = {
            "Puts files into the bucket under a knowledge base and waits until the ingest job has ended with each: indexed,"
                    + " unchanged, superseded, or dead with a reason.",
            "A file that is there under the same name is replaced. Ends with 0 when every file has ended, dead ones included."
        })
public final class DropCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR", description = "Files, or directories with all their files.")
    private List<Path> arguments = List.of();

    @Option(names = "--kb", paramLabel = "ID", description = "The knowledge base (default: that of the demo).")
    private @Nullable UUID knowledgeBase;

    @Option(names = "--no-wait", description = "Return as soon as the files are in the bucket.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            defaultValue = "3600",
            paramLabel = "SECONDS",
            description = "How long to wait (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        List<FileTree.Entry> files = FileTree.of(arguments);
        if (files.isEmpty()) {
            throw CommandException.unusable("no files there");
        }
        Stack stack = Stack.current();
        DemoUser user = DemoUser.signIn(stack.checkout(), stack.api());
        KnowledgeBase target = KnowledgeBase.find(user, knowledgeBase);
        var terminal = Terminal.system();
        var drop = new Drop(stack, terminal);
        List<ObjectVersion> dropped = drop.put(target, files);
        if (noWait) {
            return 0;
        }
        IngestionProgress progress = drop.await(dropped, Duration.ofSeconds(timeoutSeconds));
        terminal.line("");
        LedgerTable.format(progress.rows()).forEach(terminal::line);
        return 0;
    }
}
