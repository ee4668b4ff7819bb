package io.arketic.schema.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Counts the dropped files by their state at one moment: dropped = terminal + in flight.
 *
 * @param byState versions of objects; a state without any is missing
 * @param failures dead versions by reason
 * @param parked versions in flight that wait on their own, by reason
 */
public record LedgerSummary(Map<IngestState, Long> byState, Map<String, Long> failures, Map<String, Long> parked) {

    public LedgerSummary {
        byState = Map.copyOf(byState);
        failures = Map.copyOf(failures);
        parked = Map.copyOf(parked);
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

    /**
     * Reads rows of state, reason and number.
     *
     * @param knowledgeBaseId the query's one value; null when it takes none
     */
    static LedgerSummary read(Connection connection, String query, @Nullable UUID knowledgeBaseId) throws SQLException {
        Map<IngestState, Long> byState = new EnumMap<>(IngestState.class);
        Map<String, Long> failures = new HashMap<>();
        Map<String, Long> parked = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            if (knowledgeBaseId != null) {
                statement.setObject(1, knowledgeBaseId);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    IngestState state = LedgerRows.state(row.getString(1));
                    byState.merge(state, row.getLong(3), Long::sum);
                    if (state == IngestState.DEAD) {
                        failures.merge(row.getString(2), row.getLong(3), Long::sum);
                    } else if (!state.terminal() && row.getString(2) != null) {
                        parked.merge(row.getString(2), row.getLong(3), Long::sum);
                    }
                }
            }
        }
        return new LedgerSummary(byState, failures, parked);
    }
}
