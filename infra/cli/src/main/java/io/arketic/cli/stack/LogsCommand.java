package io.arketic.cli.stack;

import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a component's log. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Shows the end of a component's log.")
public final class LogsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "COMPONENT", description = "A component's name in status, or supervisor.")
    private String component = "";

    @Option(
            names = "-n",
            defaultValue = "100",
            paramLabel = "LINES",
            description = "How many lines (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Keep printing new lines, until Ctrl-C.")
    private boolean follow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Stack stack = Stack.current();
        List<String> known = new ArrayList<>(stack.local().components());
        known.add("supervisor");
        if (!known.contains(component)) {
            throw CommandException.unusable("no component " + component + "; there are: " + String.join(", ", known));
        }
        Path log = stack.local().log(component);
        if (!Files.exists(log)) {
            throw CommandException.failed(component + " has not been started yet and has no log");
        }
        List<String> command = new ArrayList<>(List.of("tail", "-n", Integer.toString(lines)));
        if (follow) {
            command.add("-F");
        }
        command.add(log.toString());
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
