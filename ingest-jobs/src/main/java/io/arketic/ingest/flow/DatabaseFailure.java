package io.arketic.ingest.flow;

import java.sql.SQLException;
import java.util.Set;

/** Classifies failures of the database by their SQLSTATE. */
public enum DatabaseFailure {
    /** The content does not fit: an exception in the data, a constraint, a limit. Another try would be refused again. */
    CONTENT,
    /** The database answers and refuses the statement, for example for a missing permission. */
    REFUSAL,
    /** The database does not answer, has no room, does not release a lock, or is being migrated. */
    OUTAGE;

    private static final Set<String> OF_CONTENT = Set.of("22", "23", "54");

    /**
     * Lists classes of an outage: connection, transaction rolled back, authorization, resources, state of an object,
     * operator, system, missing database, internal errors of a damaged server.
     */
    private static final Set<String> OF_OUTAGES = Set.of("08", "28", "3D", "40", "53", "55", "57", "58", "F0", "XX");

    /**
     * Lists states of an outage: a server that became a standby, a transaction that stood still too long, and what is
     * missing before or amid a migration (schema, table, column, function, type).
     */
    private static final Set<String> OUTAGES =
            Set.of("25006", "25P02", "25P03", "25P04", "3F000", "42P01", "42703", "42883", "42704");

    public static DatabaseFailure of(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null || state.length() < 2 || OUTAGES.contains(state)) {
            return OUTAGE; // without a state: the pool
        }
        String stateClass = state.substring(0, 2);
        if (OF_CONTENT.contains(stateClass)) {
            return CONTENT;
        }
        return OF_OUTAGES.contains(stateClass) ? OUTAGE : REFUSAL;
    }
}
