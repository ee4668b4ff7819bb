package io.arketic.schema.ledger;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** What the {@code IngestLedger} holds, in numbers. */
public final class LedgerTotals {

    private final TenantDatabase database;

    public LedgerTotals(TenantDatabase database) {
        this.database = database;
    }

    /** One knowledge base's versions, as far as {@code context} may see them. */
    public LedgerSummary summary(TenantContext context, UUID knowledgeBaseId) throws SQLException {
        return database.transaction(context, connection -> LedgerSummary.read(connection, """
                        select state, reason, count(*) from ingest_ledger where knowledge_base_id = ?
                        group by state, reason
                        """, knowledgeBaseId));
    }

    /** Every tenant's versions and those without a tenant: numbers for operators. */
    public LedgerSummary summary() throws SQLException {
        return database.transaction(
                TenantContext.NONE,
                connection ->
                        LedgerSummary.read(connection, "select state, reason, versions from ledger_totals()", null));
    }

    /** Whether files of any tenant that came lately are being worked on. */
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
