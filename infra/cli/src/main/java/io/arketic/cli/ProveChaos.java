package io.arketic.cli;

import io.arketic.schema.IngestState;
import io.arketic.schema.ObjectVersion;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The same files come, change and go twice: undisturbed, and while processes are ended. Both must come to the same
 * chunks.
 */
final class ProveChaos {

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    /** Every tenth document is overwritten, and every tenth is removed. */
    private static final int TENTH = 10;

    private final Terminal terminal;
    private final int documents;
    private final int kills;
    private final Stack stack = Stack.current();

    ProveChaos(Terminal terminal, int documents, int kills) {
        this.terminal = terminal;
        this.documents = documents;
        this.kills = kills;
    }

    boolean holds() throws Exception {
        try (ProofBase calm = ProofBase.make(stack, "Proof against chaos: calm");
                ProofBase wild = ProofBase.make(stack, "Proof against chaos: wild")) {
            Instant began = Instant.now();
            run(calm, 0, new Victims(stack, new Random()));
            terminal.line("  undisturbed: " + documents + " files in "
                    + Terminal.duration(Duration.between(began, Instant.now())));
            began = Instant.now();
            var victims = new Victims(stack, new Random());
            run(wild, kills, victims);
            terminal.line("  disturbed: " + documents + " files in "
                    + Terminal.duration(Duration.between(began, Instant.now())) + ", ended " + victims.tally());
            return compare(calm, wild);
        }
    }

    /** Two thirds of the kills fall while files come, the others while they change and go. */
    private void run(ProofBase base, int ends, Victims victims) throws Exception {
        int early = ends * 2 / 3;
        List<ObjectVersion> first = new ArrayList<>();
        for (int document = 0; document < documents; document++) {
            first.add(base.put(document, 1));
            endAsDue(victims, document, documents, early);
        }
        base.awaitEnd(first, PATIENCE);
        List<ObjectVersion> second = new ArrayList<>();
        for (int document = 0; document < documents; document++) {
            if (document % TENTH == 0) {
                second.add(base.put(document, 2));
            } else if (document % TENTH == 1) {
                base.remove(document);
            }
            endAsDue(victims, document, documents, ends - early);
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
        ProofBase.await("everything serves", () -> stack.local().status(), status -> status.isServing(), PATIENCE);
    }

    /** Spreads {@code ends} over the {@code all} steps. */
    private void endAsDue(Victims victims, int step, int all, int ends) throws Exception {
        if ((long) (step + 1) * ends / all > (long) step * ends / all) {
            terminal.progress("  ended " + victims.endOne());
        }
    }

    private boolean compare(ProofBase calm, ProofBase wild) throws SQLException {
        List<String> undisturbed = stack.ledger().chunks(calm.id());
        List<String> disturbed = stack.ledger().chunks(wild.id());
        SortedSet<String> different = new TreeSet<>(undisturbed);
        different.removeAll(disturbed);
        SortedSet<String> extra = new TreeSet<>(disturbed);
        extra.removeAll(undisturbed);
        long doubled = disturbed.size() - disturbed.stream().distinct().count();
        List<LedgerRow> rows = stack.ledger().all(wild.id());
        long inFlight = rows.stream().filter(row -> !row.state().terminal()).count();
        long versions = documents + (documents + TENTH - 1) / TENTH;
        different.stream().limit(3).forEach(chunk -> terminal.line("  lacks " + chunk));
        extra.stream().limit(3).forEach(chunk -> terminal.line("  has besides " + chunk));
        terminal.line(documents + " documents, " + kills + " kills: " + disturbed.size() + " chunks, "
                + different.size() + " lost, " + extra.size() + " other, " + doubled + " doubled; ledger: "
                + rows.size() + " versions of " + versions + ", " + inFlight + " in flight");
        return different.isEmpty()
                && extra.isEmpty()
                && doubled == 0
                && inFlight == 0
                && rows.size() == versions
                && !disturbed.isEmpty();
    }
}
