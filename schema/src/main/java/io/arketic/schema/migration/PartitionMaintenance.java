package io.arketic.schema.migration;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Maintains what belongs to months: the partitions of messages and the audit log, and the AI requests of organizations.
 * Run it daily; several processes may do so. After a year without a run, no partition is left for new rows.
 */
public final class PartitionMaintenance {

    /**
     * Names the partitions that one run changed.
     *
     * @param created months ahead
     * @param detached months that no organization keeps any longer; they lie in the schema {@code arketic_archive}
     * @param dropped archived months whose time there was over, a month
     * @param organizationsReset for which a new month of AI requests began
     */
    public record Report(List<String> created, List<String> detached, List<String> dropped, int organizationsReset) {
        public Report {
            created = List.copyOf(created);
            detached = List.copyOf(detached);
            dropped = List.copyOf(dropped);
        }
    }

    /** Limits the rows that one transaction locks. */
    private static final int BATCH = 1000;

    private static final String DETACH = "select detach_partitions()";

    private final TenantDatabase database;

    public PartitionMaintenance(TenantDatabase database) {
        this.database = database;
    }

    /**
     * Creates a year of partitions ahead, then detaches and drops old ones, then begins the month of AI requests, each
     * in its own transaction. References to a month are removed in batches before, and its consequences are handled in
     * batches after, so that only the detaching blocks others.
     *
     * @throws SQLException also when a table could not be locked within three seconds, which
     *     {@link TenantDatabase#isTransient} tells; what was done before stays done
     */
    public Report run() throws SQLException {
        List<String> created = names("select create_partitions()");
        List<String> dropped = names("select drop_archived_partitions()");
        drain("select free_from_months(" + BATCH + ")");
        List<String> detached = new ArrayList<>();
        for (List<String> month = names(DETACH); !month.isEmpty(); month = names(DETACH)) {
            detached.addAll(month);
        }
        drain("select settle_months(" + BATCH + ")");
        int reset = Integer.parseInt(names("select reset_monthly_usage()").get(0));
        return new Report(created, detached, dropped, reset);
    }

    private void drain(String query) throws SQLException {
        while (!names(query).get(0).equals("0")) {
            // The next batch.
        }
    }

    private List<String> names(String query) throws SQLException {
        return database.transaction(TenantContext.NONE, connection -> read(connection, query));
    }

    private static List<String> read(Connection connection, String query) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }
}
