package io.arketic.cli.prove;

import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.services.StackStatus.ComponentStatus;
import io.arketic.services.StackStatus.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Kills components of the stack like {@code kill -9}; its supervisor restarts them. */
final class Victims {

    private static final Duration BACK_WITHIN = Duration.ofMinutes(10);
    private static final int LONGEST_PAUSE_MILLIS = 2_000;

    /** Lists the components to kill, without the store: it is the source of the files and has no state to recover. */
    private static final List<String> NAMES = List.of("postgresql", "kafka", "jobmanager", "taskmanager", "rag-api");

    private final Stack stack;
    private final Random random;
    private final List<String> names;
    private final Map<String, Integer> ended = new TreeMap<>();

    Victims(Stack stack, Random random) {
        this(stack, random, NAMES);
    }

    /** Ends components whose names begin with one of {@code names}. */
    Victims(Stack stack, Random random, List<String> names) {
        this.stack = stack;
        this.random = random;
        this.names = names;
    }

    /**
     * Kills a component after a moment, once it serves; the next one may be killed before this one is back. Of several
     * processes of one kind it is any. Returns its name.
     */
    String endOne() throws Exception {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
        String wanted = oneOf(names.get(random.nextInt(names.size())));
        ComponentStatus victim = ProofBase.await(
                wanted + " serves",
                () -> stack.local().status().components().stream()
                        .filter(component -> component.name().equals(wanted))
                        .findFirst()
                        .orElseThrow(),
                component ->
                        component.state() == State.SERVING && component.pid().isPresent(),
                BACK_WITHIN);
        ProcessHandle.of(victim.pid().orElseThrow()).ifPresent(ProcessHandle::destroyForcibly);
        ended.merge(victim.name(), 1, Integer::sum);
        return victim.name();
    }

    private String oneOf(String kind) {
        List<String> processes = stack.local().components().stream()
                .filter(name -> name.startsWith(kind))
                .toList();
        if (processes.isEmpty()) {
            throw CommandException.unusable("the stack has no " + kind);
        }
        return processes.get(random.nextInt(processes.size()));
    }

    int count() {
        return ended.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Returns how often each was killed. */
    String tally() {
        return ended.toString();
    }
}
