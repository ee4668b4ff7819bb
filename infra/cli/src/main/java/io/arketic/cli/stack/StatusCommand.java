package io.arketic.cli.stack;

import io.arketic.cli.api.DemoState;
import io.arketic.cli.terminal.ExitStatus;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.FlinkRest.Job;
import io.arketic.services.LocalStack;
import io.arketic.services.PgBackRest;
import io.arketic.services.ServiceException;
import io.arketic.services.StackStatus;
import io.arketic.services.StackStatus.ComponentStatus;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Shows the running components. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Shows each component, its process, ports and memory, the jobs, and the knowledge base of the demo user.",
            "Ends with 0 if all components serve, else with 1."
        })
public final class StatusCommand implements Callable<Integer> {

    private static final String FLINK = "jobmanager";
    private static final String STOPPED = "STOPPED";
    private static final String ROW = "%-16s %-9s %8s %9s  %s";

    @Override
    public Integer call() throws IOException, InterruptedException {
        return show(Stack.current(), Terminal.system());
    }

    /** Shows only components of this stack: a stack of another {@code ARKETIC_HOME} may answer on its ports. */
    static int show(Stack stack, Terminal terminal) throws IOException, InterruptedException {
        StackStatus status = stack.local().status();
        terminal.line(ROW.formatted("COMPONENT", "STATE", "PID", "MEMORY", "PORTS"));
        status.components().forEach(component -> terminal.line(row(component)));
        boolean flink = status.isServing(FLINK);
        String ingest = flink ? state(stack.jobs().ingest()) : STOPPED;
        String reindex = flink ? state(stack.jobs().reindex()) : STOPPED;
        terminal.line(row("ingest job", ingest));
        terminal.line(row("reindex job", reindex));
        DemoState.load(stack.checkout().demoState())
                .map(DemoState::knowledgeBaseId)
                .ifPresent(id -> terminal.line("demo knowledge base " + id));
        if (stack.settings().isReplicated()) {
            LocalStack.Pair pair = stack.local().pair();
            terminal.line("primary %s, standby %s"
                    .formatted(pair.primary().orElse("none"), pair.standby().orElse("none")));
        }
        if (stack.settings().backsUp()) {
            PgBackRest.of(stack.settings())
                    .problem()
                    .ifPresent(problem -> terminal.line("%-16s DOES NOT WORK: %s".formatted("backup", problem)));
            BackupReport.of(BackupStatus.of(stack.settings())).forEach(terminal::line);
        }
        if (status.isStopped()) {
            terminal.line("The stack is stopped. Start it with: infra/arketic up");
        } else if (!status.supervised()) {
            terminal.line(
                    "No supervisor runs, so an ended component is not restarted. Start one with: infra/arketic up");
        }
        return status.isServing() && ingest.equals("RUNNING") && reindex.equals("RUNNING") ? 0 : ExitStatus.FAILED;
    }

    private static String row(ComponentStatus component) {
        String pid = component.pid().isPresent() ? Long.toString(component.pid().getAsLong()) : "";
        String memory = component.residentBytes().isPresent()
                ? (component.residentBytes().getAsLong() >> 20) + " MiB"
                : "";
        String ports = component.ports().stream().map(String::valueOf).collect(Collectors.joining(" "));
        return ROW.formatted(component.name(), component.state().name().toLowerCase(Locale.ROOT), pid, memory, ports)
                .stripTrailing();
    }

    private static String row(String job, String state) {
        return ROW.formatted(job, state.toLowerCase(Locale.ROOT), "", "", "").stripTrailing();
    }

    private static String state(StreamingJob job) throws InterruptedException {
        try {
            return job.running().map(Job::state).orElse(STOPPED);
        } catch (ServiceException e) {
            // Flink does not answer, which its own line says.
            return STOPPED;
        }
    }
}
