package io.arketic.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Measures the time from drop to found, and from removal to not found, one file after the other. */
final class ProveFreshness {

    private static final Duration BOUND = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Terminal terminal;
    private final int documents;
    private final List<Duration> found = new ArrayList<>();
    private final List<Duration> gone = new ArrayList<>();
    private int ghosts;

    ProveFreshness(Terminal terminal, int documents) {
        this.terminal = terminal;
        this.documents = documents;
    }

    boolean holds() throws Exception {
        try (ProofBase base = ProofBase.make(Stack.current(), "Proof of freshness")) {
            base.put(0, 1); // the first one waits for the model to be loaded
            ProofBase.await(
                    "the first file", () -> base.search(ProofBase.word(0), "text"), ProveFreshness::some, PATIENCE);
            for (int document = 1; document <= documents; document++) {
                measure(base, document);
                terminal.progress("  " + document + "/" + documents + " files");
            }
            base.discard();
        }
        Duration median = percentile(found, 50);
        terminal.finishProgress("drop to found p50 " + Terminal.duration(median) + ", p99 "
                + Terminal.duration(percentile(found, 99)) + "; removed from the bucket to gone p50 "
                + Terminal.duration(percentile(gone, 50)) + ", p99 " + Terminal.duration(percentile(gone, 99)) + "; "
                + ghosts + " found after the API had deleted them; bound: found p50 " + Terminal.duration(BOUND));
        return median.compareTo(BOUND) <= 0 && ghosts == 0;
    }

    private void measure(ProofBase base, int document) throws Exception {
        Instant dropped = Instant.now();
        base.put(document, 1);
        ProofBase.await(
                ProofBase.name(document) + " found",
                () -> base.search(ProofBase.word(document), "text"),
                ProveFreshness::some,
                PATIENCE);
        found.add(Duration.between(dropped, Instant.now()));
        if (document % 2 == 0) {
            base.delete(document);
            ghosts += some(base.search(ProofBase.word(document), "text")) ? 1 : 0;
            return;
        }
        Instant removed = Instant.now();
        base.remove(document);
        ProofBase.await(
                ProofBase.name(document) + " gone",
                () -> base.search(ProofBase.word(document), "text"),
                items -> !some(items),
                PATIENCE);
        gone.add(Duration.between(removed, Instant.now()));
    }

    private static boolean some(JsonNode items) {
        return !items.isEmpty();
    }

    /** Returns the percentile by the nearest rank. */
    static Duration percentile(List<Duration> samples, int percent) {
        List<Duration> sorted = new ArrayList<>(samples);
        Collections.sort(sorted);
        int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
        return sorted.get(Math.max(0, rank - 1));
    }
}
