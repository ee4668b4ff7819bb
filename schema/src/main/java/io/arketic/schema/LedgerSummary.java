package io.arketic.schema;

import java.util.Map;

/**
 * What was dropped and what became of it, at one moment: dropped = terminal + in flight.
 *
 * @param byState versions of objects; a state without any is missing
 * @param failures dead versions by reason
 */
public record LedgerSummary(Map<IngestState, Long> byState, Map<String, Long> failures) {

    public LedgerSummary {
        byState = Map.copyOf(byState);
        failures = Map.copyOf(failures);
    }

    public long dropped() {
        return byState.values().stream().mapToLong(Long::longValue).sum();
    }

    public long terminal() {
        return byState.entrySet().stream()
                .filter(entry -> entry.getKey().terminal())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    public long inFlight() {
        return dropped() - terminal();
    }
}
