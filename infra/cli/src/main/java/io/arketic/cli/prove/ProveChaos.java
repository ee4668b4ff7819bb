package io.arketic.cli.prove;

import io.arketic.cli.stack.LedgerRow;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.ObjectVersion;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Adds, changes and deletes the same files, and builds and switches to another generation, twice: once while processes
 * are killed, and once undisturbed. Both runs must produce the same chunks, in both generations.
 */
final class ProveChaos {

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    /** Selects every tenth document for a change, and every tenth for removal. */
    private static final int TENTH = 10;

    /** Describes an index with other chunks and another model. */
    private static final Map<String, ?> OTHER_INDEX =
            Map.of("embedding_model", "all-MiniLM-L6-v2", "chunk_size", 700, "chunk_overlap", 70);

    private final Terminal terminal;
    private final int documents;
    private final int kills;
    private final Stack stack = Stack.current();

    ProveChaos(Terminal terminal, int documents, int kills) {
        this.terminal = terminal;
        this.documents = documents;
        this.kills = kills;
    }

    /** Runs the disturbed half first: it finds no known embeddings, and the other half finds all. */
    boolean holds() throws Exception {
        String texts = ProofBase.newRun();
        try (ProofBase wild = ProofBase.make(stack, "Proof against chaos: wild", texts);
                ProofBase calm = ProofBase.make(stack, "Proof against chaos: calm", texts)) {
            var victims = new Victims(stack, new Random());
            Instant began = Instant.now();
            run(wild, kills, victims);
            terminal.line("  disturbed: " + documents + " files in "
                    + Terminal.duration(Duration.between(began, Instant.now())) + ", ended " + victims.tally());
            began = Instant.now();
            run(calm, 0, new Victims(stack, new Random()));
            terminal.line("  undisturbed: " + documents + " files in "
                    + Terminal.duration(Duration.between(began, Instant.now())));
            boolean same = compare(calm, wild, victims);
            if (same) {
                wild.discard();
                calm.discard();
            }
            return same;
        }
    }

    /**
     * Distributes the kills: half while files come, some while they change and go, a third while the other index is
     * built.
     */
    private void run(ProofBase base, int ends, Victims victims) throws Exception {
        int early = ends / 2;
        int late = ends / 3;
        List<ObjectVersion> first = new ArrayList<>();
        for (int document = 0; document < documents; document++) {
            first.add(base.put(document, 1));
            endAsDue(victims, document, documents, early);
        }
        base.awaitEnd(first, PATIENCE);
        changeAndGo(base, ends - early - late, victims);
        reindex(base, late, victims);
        ProofBase.await("everything serves", () -> stack.local().status(), status -> status.isServing(), PATIENCE);
    }

    private void changeAndGo(ProofBase base, int ends, Victims victims) throws Exception {
        List<ObjectVersion> second = new ArrayList<>();
        for (int document = 0; document < documents; document++) {
            if (document % TENTH == 0) {
                second.add(base.put(document, 2));
            } else if (document % TENTH == 1) {
                base.remove(document);
            }
            endAsDue(victims, document, documents, ends);
        }
        base.awaitEnd(second, PATIENCE);
        List<String> removed = IntStream.range(0, documents)
                .filter(document -> document % TENTH == 1)
                .mapToObj(base::key)
                .toList();
        ProofBase.await(
                "removed files gone",
                () -> stack.ledger().ofKeys(removed),
                rows -> rows.stream().allMatch(row -> row.state() == IngestState.DELETED),
                PATIENCE);
    }

    /**
     * Builds the other index; each kill waits until the next part of the documents is in the generation, if there is
     * one.
     */
    private void reindex(ProofBase base, int ends, Victims victims) throws Exception {
        int generation = ProofBase.await(
                "a generation begun",
                () -> base.generations().begun(OTHER_INDEX).path("generation").asInt(),
                number -> number > 0,
                PATIENCE);
        for (int end = 0; end < ends; end++) {
            long due = (long) (documents - documents / TENTH) * end / ends;
            ProofBase.await(
                    due + " documents in generation " + generation,
                    () -> stack.ledger().documents(base.id(), generation),
                    done -> done >= due,
                    PATIENCE);
            victims.endOne();
        }
        ProofBase.await(
                "generation " + generation + " active",
                () -> base.generations().switchedTo(generation),
                active -> active,
                PATIENCE);
        terminal.progress("  generation " + generation + " is searched");
    }

    /** Spreads {@code ends} over the {@code all} steps. */
    private void endAsDue(Victims victims, int step, int all, int ends) throws Exception {
        if ((long) (step + 1) * ends / all > (long) step * ends / all) {
            terminal.progress("  ended " + victims.endOne());
        }
    }

    private boolean compare(ProofBase calm, ProofBase wild, Victims victims) throws SQLException {
        List<String> undisturbed = stack.ledger().chunks(calm.id());
        List<String> disturbed = stack.ledger().chunks(wild.id());
        SortedSet<String> lost = new TreeSet<>(undisturbed);
        lost.removeAll(disturbed);
        SortedSet<String> other = new TreeSet<>(disturbed);
        other.removeAll(undisturbed);
        long doubled = disturbed.size() - disturbed.stream().distinct().count();
        List<LedgerRow> rows = stack.ledger().all(wild.id());
        long inFlight = rows.stream().filter(row -> !row.state().terminal()).count();
        long dead = rows.stream().filter(row -> row.state() == IngestState.DEAD).count();
        long versions = documents + (documents + TENTH - 1) / TENTH;
        lost.stream().limit(3).forEach(chunk -> terminal.line("  lacks " + chunk));
        other.stream().limit(3).forEach(chunk -> terminal.line("  has besides " + chunk));
        terminal.line(documents + " documents, " + victims.count() + " kills, 2 generations: " + disturbed.size()
                + " chunks, " + lost.size() + " lost, " + other.size() + " other, " + doubled + " doubled; ledger: "
                + rows.size() + " versions of " + versions + ", " + inFlight + " in flight, " + dead + " dead");
        return lost.isEmpty()
                && other.isEmpty()
                && doubled == 0
                && inFlight == 0
                && dead == 0
                && rows.size() == versions
                && victims.count() == kills
                && generations(disturbed) == 2;
    }

    private static long generations(List<String> chunks) {
        return chunks.stream()
                .map(chunk -> chunk.substring(0, chunk.indexOf(' ')))
                .distinct()
                .count();
    }
}
