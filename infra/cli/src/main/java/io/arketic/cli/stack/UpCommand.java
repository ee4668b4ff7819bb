package io.arketic.cli.stack;

import io.arketic.cli.terminal.Addresses;
import io.arketic.cli.terminal.Checkout;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.StackOptions;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the stack. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts PostgreSQL, Kafka, the S3 store, ZooKeeper, Flink with the ingest job, and the API, and returns when all of"
                    + " them answer. Running components stay unchanged.",
            "They keep running until: infra/arketic down. Ctrl-C stops what this call started.",
            "Optional parts stay chosen for later starts, until --plain."
        })
public final class UpCommand implements Callable<Integer> {

    @Option(
            names = "--backup",
            description = "Also archive and back up database, objects and keys on schedule (pgBackRest).")
    private boolean backup;

    @Option(
            names = "--monitoring",
            description = "Also run Prometheus and Alertmanager with the rules of infra/monitoring.")
    private boolean monitoring;

    @Option(names = "--ops", description = "All optional parts.")
    private boolean all;

    @Option(names = "--plain", description = "None of the optional parts.")
    private boolean plain;

    @Override
    public Integer call() throws Exception {
        choose();
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

    private void choose() throws IOException {
        if (plain && (backup || monitoring || all)) {
            throw CommandException.unusable("--plain goes with no other option");
        }
        Set<String> chosen =
                new TreeSet<>(StackOptions.of(Checkout.current().state()).chosen());
        if (plain) {
            chosen.clear();
        }
        if (backup || all) {
            chosen.add(StackOptions.BACKUP);
        }
        if (monitoring || all) {
            chosen.add(StackOptions.MONITORING);
        }
        if (plain || backup || monitoring || all) {
            new StackOptions(chosen).save(Checkout.current().state());
        }
    }
}
