package io.arketic.schema.migration;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

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

    private final TenantDatabase database;

    public RetentionMaintenance(TenantDatabase database) {
        this.database = database;
    }

    /**
     * Deletes in batches of one transaction each.
     *
     * @throws SQLException what was deleted before stays deleted
     */
    public Report run() throws SQLException {
        tellOfDeadlines();
        Map<String, Long> removed = new TreeMap<>();
        drain("select kind, removed from purge_expired(" + BATCH + ")", removed);
        drain("select kind, removed from purge_retention(" + BATCH + ")", removed);
        drain("select kind, removed from purge_chat_events(" + BATCH + ")", removed);
        drain("select kind, removed from purge_notifications(" + BATCH + ")", removed);
        drain("select kind, removed from purge_embedding_cache(" + BATCH + ")", removed);
        return new Report(removed);
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
