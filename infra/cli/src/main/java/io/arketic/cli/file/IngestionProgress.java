package io.arketic.cli.file;

import io.arketic.cli.stack.LedgerRow;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.ObjectVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Counts the states of the files of one drop.
 *
 * @param waiting keys that the ledger does not know yet
 * @param rows the newest row of every other one
 */
public record IngestionProgress(List<String> waiting, List<LedgerRow> rows) {

    public IngestionProgress {
        waiting = List.copyOf(waiting);
        rows = List.copyOf(rows);
    }

    /**
     * Reads the progress. A file is known once the ledger holds the dropped version, or a newer one of the same key.
     */
    public static IngestionProgress of(Collection<ObjectVersion> dropped, Collection<LedgerRow> ledger) {
        Map<String, List<LedgerRow>> byKey = ledger.stream().collect(Collectors.groupingBy(LedgerRow::key));
        List<String> waiting = new ArrayList<>();
        List<LedgerRow> rows = new ArrayList<>();
        for (ObjectVersion version : dropped) {
            byKey.getOrDefault(version.key(), List.of()).stream()
                    .filter(row -> !row.lastModified().isBefore(version.lastModified()))
                    .max(Comparator.comparing(LedgerRow::lastModified))
                    .ifPresentOrElse(rows::add, () -> waiting.add(version.key()));
        }
        return new IngestionProgress(waiting, rows);
    }

    int count(IngestState state) {
        return (int) rows.stream().filter(row -> row.state() == state).count();
    }

    int ended() {
        return (int) rows.stream().filter(row -> row.state().terminal()).count();
    }

    int expected() {
        return waiting.size() + rows.size();
    }

    /** Returns the keys of the files that have not ended. */
    List<String> unended() {
        List<String> keys = new ArrayList<>(waiting);
        rows.stream().filter(row -> !row.state().terminal()).map(LedgerRow::key).forEach(keys::add);
        return keys;
    }

    public boolean allEnded() {
        return ended() == expected();
    }

    /** Describes the progress for users. */
    public String describe(Duration elapsed) {
        var text = new StringBuilder();
        text.append(ended()).append('/').append(expected()).append(" files ended");
        for (IngestState state : IngestState.values()) {
            if (count(state) > 0) {
                text.append(" · ").append(count(state)).append(' ').append(state.label());
            }
        }
        if (!waiting.isEmpty()) {
            text.append(" · ").append(waiting.size()).append(" waiting");
        }
        return text.append(" · ").append(Terminal.duration(elapsed)).toString();
    }
}
