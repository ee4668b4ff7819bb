package io.arketic.cli.stack;

import io.arketic.cli.terminal.Addresses;
import io.arketic.cli.terminal.Checkout;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.StackOptions;
import io.arketic.services.StackScale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
            "Optional parts stay chosen for later starts, until --plain; so do the numbers of processes, until others are"
                    + " given."
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

    @Option(
            names = "--replica",
            description = "Also run a second PostgreSQL server that takes over when the first fails (Patroni).")
    private boolean replica;

    @Option(names = "--ops", description = "All optional parts.")
    private boolean all;

    @Option(names = "--plain", description = "None of the optional parts.")
    private boolean plain;

    @Option(
            names = "--api",
            paramLabel = "N",
            description = "API processes, 1 to 8. The ports of each are 100 higher than those of the one before.")
    private @Nullable Integer apis;

    @Option(
            names = "--taskmanagers",
            paramLabel = "N",
            description = "Flink's TaskManagers, 1 to 16, each with up to 3 GiB of memory.")
    private @Nullable Integer taskManagers;

    @Override
    public Integer call() throws Exception {
        choose();
        scale(Checkout.current().state(), System.getenv());
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

    /** Keeps the numbers that were given. An exported variable would win over them, so it may not say another number. */
    void scale(Path state, Map<String, String> exported) throws IOException {
        Map<String, Integer> given = new TreeMap<>();
        if (apis != null) {
            given.put(StackScale.API_PROCESSES, apis);
        }
        if (taskManagers != null) {
            given.put(StackScale.TASK_MANAGERS, taskManagers);
        }
        StackScale scale = StackScale.of(state);
        for (Map.Entry<String, Integer> one : given.entrySet()) {
            String other = exported.get(one.getKey());
            if (other != null && !other.strip().equals(String.valueOf(one.getValue()))) {
                throw CommandException.unusable(one.getKey() + " is " + other + ", and the option says "
                        + one.getValue() + "; unset the variable");
            }
            try {
                scale = scale.with(one.getKey(), one.getValue());
            } catch (IllegalArgumentException e) {
                throw CommandException.unusable(String.valueOf(e.getMessage()));
            }
        }
        if (!given.isEmpty()) {
            scale.save(state);
        }
    }

    private void choose() throws IOException {
        if (plain && (backup || monitoring || replica || all)) {
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
        if (replica || all) {
            chosen.add(StackOptions.REPLICA);
        }
        if (plain || backup || monitoring || replica || all) {
            new StackOptions(chosen).save(Checkout.current().state());
        }
    }
}
