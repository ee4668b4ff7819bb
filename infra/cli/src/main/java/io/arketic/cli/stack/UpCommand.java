package io.arketic.cli.stack;

import io.arketic.cli.terminal.Addresses;
import io.arketic.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Starts the stack. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts PostgreSQL, Kafka, the S3 store, ZooKeeper, Flink with the ingest job, and the API, and returns when all of"
                    + " them answer. Running components stay unchanged.",
            "They keep running until: infra/arketic down. Ctrl-C stops what this call started."
        })
public final class UpCommand implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
        Stack stack = Stack.current();
        var terminal = Terminal.system();
        var progress = new StackProgress(terminal);
        TearDown.around(stack.local(), progress, () -> {
            new StackUp(stack, terminal, progress).run();
            return null;
        });
        terminal.line("");
        Addresses.of(stack.settings()).forEach(terminal::line);
        return 0;
    }
}
