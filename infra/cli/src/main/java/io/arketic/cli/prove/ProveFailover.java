package io.arketic.cli.prove;

import io.arketic.cli.api.DemoUser;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.ObjectVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Ends the primary of two PostgreSQL servers again and again while files come and callers write and ask. */
final class ProveFailover {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Terminal terminal;
    private final int documents;
    private final int kills;
    private final Stack stack = Stack.current();

    ProveFailover(Terminal terminal, int documents, int kills) {
        this.terminal = terminal;
        this.documents = documents;
        this.kills = kills;
    }

    boolean holds() throws Exception {
        if (!stack.settings().isReplicated()) {
            throw CommandException.unusable("the stack has one PostgreSQL server: infra/arketic up --replica");
        }
        DemoUser user = DemoUser.provide(stack.checkout(), stack.api());
        try (ProofBase base = ProofBase.make(stack, "Proof of failover")) {
            List<ObjectVersion> dropped = new ArrayList<>(IntStream.range(0, documents)
                    .mapToObj(document -> base.put(document, 1))
                    .toList());
            base.awaitEnd(dropped, PATIENCE);
            Duration longest = Duration.ZERO;
            var writes = new AcknowledgedWrites(base, user.organization());
            var questions = new FailoverQuestions(base, documents);
            try (writes;
                    questions) {
                for (int kill = 0; kill < kills; kill++) {
                    awaitStandby();
                    // These are in flight when the primary ends.
                    dropped.add(base.put(documents + kill, 1));
                    String victim = ServerKill.values()[kill % ServerKill.values().length].end(stack);
                    writes.awaitNext(PATIENCE);
                    terminal.line("  ended " + victim);
                }
                awaitStandby();
                base.awaitEnd(dropped, PATIENCE);
                longest = writes.longestGap();
            }
            AcknowledgedWrites.Outcome outcome = writes.outcome();
            outcome.refused().stream().limit(3).forEach(refused -> terminal.line("  refused: " + refused));
            long missing = missing(base);
            boolean holds = outcome.isRight() && questions.isRight() && missing == 0 && longest.compareTo(BOUND) <= 0;
            if (holds) {
                writes.discard();
                base.discard();
            }
            terminal.finishProgress(kills + " kills, at most " + Terminal.duration(longest)
                    + " between two acknowledged writes; "
                    + outcome.acknowledged() + " acknowledged writes, " + outcome.lost() + " lost, " + outcome.doubled()
                    + " doubled, " + outcome.refused().size() + " refused; " + questions.figures() + "; " + missing
                    + " of " + (documents + kills) + " files not found once; bounds: " + Terminal.duration(BOUND)
                    + ", 0, 0, 0, 0 wrong, 0");
            return holds;
        }
    }

    private void awaitStandby() throws Exception {
        ProofBase.await(
                "a primary and a standby that has every commit",
                () -> stack.local().pair(),
                pair -> pair.primary().isPresent() && pair.standby().isPresent(),
                PATIENCE);
    }

    /** Counts the files that a search for their word finds not once, but never or in several documents. */
    private long missing(ProofBase base) throws Exception {
        long missing = 0;
        for (int document = 0; document < documents + kills; document++) {
            String name = ProofBase.name(document);
            var found = base.search(ProofBase.word(document), "text");
            List<String> ids = new ArrayList<>();
            found.forEach(item -> {
                if (item.path("filename").asText().equals(name)) {
                    ids.add(item.path("document_id").asText());
                }
            });
            if (ids.stream().distinct().count() != 1) {
                missing++;
            }
        }
        return missing;
    }
}
