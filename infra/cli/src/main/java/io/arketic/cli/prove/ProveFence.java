package io.arketic.cli.prove;

import io.arketic.cli.stack.ObjectHold;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.services.StackStatus.ComponentStatus;
import io.arketic.services.StackStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Stops a TaskManager in the middle of its work on an object, changes the object, lets another TaskManager finish it,
 * and continues the first one, which must change no row.
 */
final class ProveFence {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration PUT_BACK_BOUND = Duration.ofSeconds(10);

    /** Sets the time in which a continued TaskManager could write: its threads end within it. */
    private static final Duration WRITES_WITHIN = Duration.ofSeconds(20);

    private static final String TASK_MANAGER = "taskmanager-";

    /** Numbers the documents. */
    private static final int EMBEDDED = 1;

    private static final int DELETED = 2;
    private static final int PUT_BACK = 3;

    private static final int LARGE_PARAGRAPHS = 300;

    private final Terminal terminal;
    private final Stack stack = Stack.current();

    ProveFence(Terminal terminal) {
        this.terminal = terminal;
    }

    boolean holds() throws Exception {
        if (taskManagers().size() < 2) {
            throw CommandException.unusable("The proof needs two TaskManagers: infra/arketic up --taskmanagers 2");
        }
        try (ProofBase base = ProofBase.make(stack, "Proof of the fence")) {
            long amidEmbedding = amidEmbedding(base);
            long beforeDeletion = beforeDeletion(base);
            Duration putBack = putBack(base);
            terminal.finishProgress("changed by TaskManagers that were stopped amid embedding: " + amidEmbedding
                    + " rows, between look and deletion: " + beforeDeletion
                    + " rows; an older object put back was found in " + Terminal.duration(putBack) + "; bounds: 0, 0, "
                    + Terminal.duration(PUT_BACK_BOUND));
            boolean holds = amidEmbedding == 0 && beforeDeletion == 0 && putBack.compareTo(PUT_BACK_BOUND) <= 0;
            if (holds) {
                base.discard();
            }
            return holds;
        }
    }

    private long amidEmbedding(ProofBase base) throws Exception {
        ObjectVersion large = base.put(EMBEDDED, large());
        awaitState(large, IngestState.EMBEDDING);
        Sleeper sleeper = Sleeper.busiest(taskManagers());
        try (sleeper) {
            terminal.progress("  stopped amid embedding: " + sleeper.name());
            return finishAndContinue(base, EMBEDDED, sleeper);
        }
    }

    private long beforeDeletion(ProofBase base) throws Exception {
        base.awaitEnd(List.of(base.put(DELETED, 1)), PATIENCE);
        Sleeper sleeper;
        try (ObjectHold hold = stack.ledger().hold("knowledge", base.key(DELETED))) {
            base.remove(DELETED);
            int port = ProofBase.await("a deletion that waits", hold::waitingPort, found -> found > 0, PATIENCE);
            sleeper = Sleeper.ofPort(taskManagers(), port);
        }
        try (sleeper) {
            terminal.progress("  stopped before a deletion: " + sleeper.name());
            return finishAndContinue(base, DELETED, sleeper);
        }
    }

    /** Returns the rows that the continued TaskManager changed. */
    private long finishAndContinue(ProofBase base, int document, Sleeper sleeper) throws Exception {
        Instant begun = Instant.now();
        ObjectVersion next = base.put(document, 2);
        awaitState(next, IngestState.INDEXED);
        terminal.progress("  finished by another after " + Terminal.duration(Duration.between(begun, Instant.now())));
        List<String> before = stack.ledger().rowVersions(base.id());
        sleeper.close();
        ProofBase.await(
                "every TaskManager",
                this::taskManagers,
                all -> all.stream().allMatch(one -> one.state() == State.SERVING),
                PATIENCE);
        long changed = 0;
        Instant deadline = Instant.now().plus(WRITES_WITHIN);
        while (changed == 0 && Instant.now().isBefore(deadline)) {
            TimeUnit.SECONDS.sleep(1);
            changed = changed(before, stack.ledger().rowVersions(base.id()));
        }
        return changed;
    }

    private static long changed(List<String> before, List<String> after) {
        Set<String> both = new HashSet<>(before);
        both.retainAll(new HashSet<>(after));
        return Math.max(before.size(), after.size()) - (long) both.size();
    }

    /** Puts an earlier file back with its earlier time, like {@code cp -p}; returns the time until it is found. */
    private Duration putBack(ProofBase base) throws Exception {
        ObjectVersion first = base.put(PUT_BACK, "The older text speaks of a quokkafish.");
        base.awaitEnd(List.of(first), PATIENCE);
        Path file = stack.settings()
                .directory()
                .resolve("object-store/data/knowledge")
                .resolve(first.key());
        if (!Files.exists(file)) {
            throw CommandException.unusable("The proof needs the stack's own object store");
        }
        Path kept = Files.createTempFile(stack.settings().directory(), "put-back", "");
        try {
            Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            Files.setLastModifiedTime(kept, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
            base.awaitEnd(List.of(base.put(PUT_BACK, "The newer text speaks of a wombatbird.")), PATIENCE);
            Instant begun = Instant.now();
            Files.move(kept, file, StandardCopyOption.ATOMIC_MOVE);
            ProofBase.await(
                    "the older text", () -> base.search("quokkafish", "text"), items -> !items.isEmpty(), PATIENCE);
            return Duration.between(begun, Instant.now());
        } finally {
            Files.deleteIfExists(kept);
        }
    }

    private void awaitState(ObjectVersion version, IngestState state) throws Exception {
        ProofBase.await(
                version.key() + " " + state.label(),
                () -> stack.ledger().ofKeys(List.of(version.key())),
                rows -> rows.stream().anyMatch(row -> row.etag().equals(version.etag()) && row.state() == state),
                PATIENCE);
    }

    private List<ComponentStatus> taskManagers() {
        return stack.local().status().components().stream()
                .filter(component -> component.name().startsWith(TASK_MANAGER))
                .toList();
    }

    /** Returns a text whose embedding takes many seconds. */
    private static String large() {
        return IntStream.range(0, LARGE_PARAGRAPHS)
                .mapToObj(number -> ProofBase.text(EMBEDDED, number, ProofBase.newRun()))
                .collect(Collectors.joining("\n\n"));
    }
}
