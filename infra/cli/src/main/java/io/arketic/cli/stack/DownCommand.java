package io.arketic.cli.stack;

import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops the stack. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stops the whole stack; its data stay for the next start.")
public final class DownCommand implements Callable<Integer> {

    @Option(names = "--wipe", description = "Also remove all its data: bucket, database, topics, job state, demo user.")
    private boolean wipe;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Stack stack = Stack.current();
        var terminal = Terminal.system();
        var progress = new StackProgress(terminal);
        if (wipe) {
            stack.local().wipe(progress);
            Files.deleteIfExists(stack.checkout().demoState());
            terminal.line("Stopped; all data removed.");
        } else {
            stack.local().down(progress);
            terminal.line("Stopped; the data are kept.");
        }
        return 0;
    }
}
