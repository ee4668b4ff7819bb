package io.arketic.schema.migration;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deletes expired rows: useless sessions and tokens, answers kept for repeats, vectors of removed chunks, events of
 * chats after a week, and messages and audit rows beyond their organization's retention. Run it hourly; several
 * processes may do so at once.
 */
public final class RetentionMaintenance {

    /**
     * Counts the rows that one run deleted.
     *
     * @param removed rows by table, also where there were none
     */
    public record Report(Map<String, Long> removed) {
        public Report {
            removed = Map.copyOf(removed);
        }
    }

    /** Limits the time that one transaction holds its locks; deleting a message writes half a dozen rows. */
    private static final int BATCH = 500;

    /** Limits one run; the next one continues. */
    private static final int BATCHES = 1000;

    /** Lists a query for each kind of rows; it deletes one batch. */
    private static final List<String> QUERIES = Stream.of(
                    Stream.of(
                                    "refresh_tokens",
                                    "user_sessions",
                                    "personal_tokens",
                                    "email_verification_tokens",
                                    "password_reset_tokens",
                                    "attempts",
                                    "idempotency_keys")
                            .map(kind -> "purge_expired(" + BATCH + ", '" + kind + "')"),
                    Stream.of(
                                    "chat_messages",
                                    "audit_log",
                                    "workflow_executions",
                                    "workflow_deliveries",
                                    "document_versions")
                            .map(kind -> "purge_retention(" + BATCH + ", '" + kind + "')"),
                    Stream.of("purge_chat_events", "purge_notifications", "purge_embedding_cache")
                            .map(function -> function + "(" + BATCH + ")"))
            .flatMap(queries -> queries)
            .map(call -> "select kind, removed from " + call)
            .toList();

    private final TenantDatabase database;

    public RetentionMaintenance(TenantDatabase database) {
        this.database = database;
    }

    /**
     * Deletes in batches of one transaction each, and tells users what expires soon. A kind that fails delays no other.
     *
     * @throws SQLException the first failure, after all kinds; what was deleted stays deleted
     */
    public Report run() throws SQLException {
        Map<String, Long> removed = new TreeMap<>();
        @Nullable SQLException failure = null;
        for (String query : QUERIES) {
            try {
                drain(query, removed);
            } catch (SQLException failed) {
                failure = first(failure, failed);
            }
        }
        try {
            tellOfDeadlines();
        } catch (SQLException failed) {
            failure = first(failure, failed);
        }
        if (failure != null) {
            throw failure;
        }
        return new Report(removed);
    }

    private static SQLException first(@Nullable SQLException earlier, SQLException failed) {
        if (earlier == null) {
            return failed;
        }
        earlier.addSuppressed(failed);
        return earlier;
    }

    /** Tells users what expires soon, while there is time to replace or renew it. */
    private void tellOfDeadlines() throws SQLException {
        database.transaction(TenantContext.NONE, connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("select notify_deadlines()");
            }
        });
    }

    private void drain(String query, Map<String, Long> removed) throws SQLException {
        boolean more = true;
        for (int batch = 0; more && batch < BATCHES; batch++) {
            Map<String, Long> gone = database.transaction(TenantContext.NONE, connection -> {
                Map<String, Long> counts = new TreeMap<>();
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(query)) {
                    while (row.next()) {
                        counts.put(row.getString(1), row.getLong(2));
                    }
                }
                return counts;
            });
            gone.forEach((kind, count) -> removed.merge(kind, count, Long::sum));
            more = gone.values().stream().anyMatch(count -> count >= BATCH);
        }
    }
}
