package io.arketic.schema.ledger;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Counts the versions in the {@code IngestLedger}. */
public final class LedgerTotals {

    private final TenantDatabase database;

    public LedgerTotals(TenantDatabase database) {
        this.database = database;
    }

    /** Counts one knowledge base's versions that {@code context} may see. */
    public LedgerSummary summary(TenantContext context, UUID knowledgeBaseId) throws SQLException {
        return database.transaction(context, connection -> LedgerSummary.read(connection, """
                        select state, reason, count(*) from ingest_ledger where knowledge_base_id = ?
                        group by state, reason
                        """, knowledgeBaseId));
    }

    /** Counts every tenant's versions and those without a tenant, for operators. */
    public LedgerSummary summary() throws SQLException {
        return database.transaction(
                TenantContext.NONE,
                connection ->
                        LedgerSummary.read(connection, "select state, reason, versions from ledger_totals()", null));
    }

    /** Returns the backlog of each organization that has one, for operators. */
    public List<LedgerBacklog> backlog() throws SQLException {
        return database.transaction(TenantContext.NONE, connection -> {
            List<LedgerBacklog> backlog = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement("""
                            select organization, coalesce(waiting, 0), coalesce(working, 0),
                                coalesce(extract(epoch from oldest), 0)
                            from ledger_backlog()
                            """);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    backlog.add(new LedgerBacklog(
                            row.getObject(1, UUID.class), row.getLong(2), row.getLong(3), Duration.ofMillis((long)
                                    (row.getDouble(4) * 1_000))));
                }
            }
            return backlog;
        });
    }

    /** Returns whether recent files of any tenant are in progress. */
    public boolean liveFilesUnderWay() throws SQLException {
        return database.single(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select live_files_under_way()");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        });
    }
}
