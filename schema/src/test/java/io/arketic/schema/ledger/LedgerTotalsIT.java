package io.arketic.schema.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.migration.SchemaMigrator;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests that the ledger's totals hold at every moment without counting the ledger, and that its updates do not touch
 * the indexes.
 */
class LedgerTotalsIT {

    private Migrated migrated;
    private Tenant tenant;
    private IngestLedger ledger;
    private LedgerTotals totals;

    @BeforeEach
    void open() throws SQLException {
        migrated = Migrated.open(2);
        tenant = Tenant.create(migrated, "totals");
        ledger = new IngestLedger(migrated.ingest());
        totals = new LedgerTotals(migrated.ingest());
    }

    @AfterEach
    void close() {
        migrated.close();
    }

    @Test
    void totalsFollowEveryWayOfAVersion() throws SQLException {
        assertThat(totals.summary().dropped()).isZero();
        tenant.index(tenant.version("a.txt", "e", 1), "en", "One");
        tenant.index(tenant.version("a.txt", "f", 2), "en", "Another");
        ledger.admit(tenant.target(), tenant.version("b.txt", "e", 1));
        ledger.bury(tenant.target(), tenant.version("c.txt", "e", 1), "ENCRYPTED", "whole", StepTimes.NONE);
        ledger.buryUnplaced(KnowledgeTarget.UNCHECKED, tenant.version("d.txt", "e", 1), "NO_SUCH_KNOWLEDGE_BASE", "x");
        LedgerSummary now = totals.summary();
        assertThat(now.byState())
                .isEqualTo(Map.of(
                        IngestState.INDEXED,
                        1L,
                        IngestState.SUPERSEDED,
                        1L,
                        IngestState.RECEIVED,
                        1L,
                        IngestState.DEAD,
                        2L));
        assertThat(now.failures()).isEqualTo(Map.of("ENCRYPTED", 1L, "NO_SUCH_KNOWLEDGE_BASE", 1L));
        assertThat(totals.summary()).as("added up").isEqualTo(now);

        execute("update ingest_ledger set state = 'deleted' where state in ('indexed', 'dead')");
        assertThat(totals.summary()).isEqualTo(counted());
        execute("delete from ingest_ledger where state = 'deleted'");
        assertThat(totals.summary()).isEqualTo(counted());
        assertThat(totals.summary().dropped()).isEqualTo(2);
    }

    @Test
    void totalsDoNotReadTheLedger() throws SQLException {
        execute("""
                insert into ingest_ledger (bucket, object_key, etag, last_modified, size)
                select 'b', i::text, 'e', '2026-01-01', 1 from generate_series(1, 5000) i
                """);
        totals.summary();
        String scans = "select (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_user_tables"
                + " where relname = 'ingest_ledger'";
        execute("select pg_stat_force_next_flush()");
        try (Connection connection = migrated.superuser()) {
            long before = Tenant.one(connection, Long.class, scans);
            assertThat(Tenant.one(connection, Long.class, "select sum(versions)::bigint from ledger_totals()"))
                    .isEqualTo(5000);
            Tenant.one(connection, String.class, "select pg_stat_force_next_flush()::text");
            assertThat(Tenant.one(connection, Long.class, scans)).isEqualTo(before);
        }
    }

    @Test
    void whatWasThereBeforeTheCountsIsCounted() throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 1), "en", "One");
        SchemaMigrator migrator = new SchemaMigrator(Tenant.settings(migrated.owner()), "secret of the application");
        migrator.rollbackTo(50);
        execute("insert into ingest_ledger (bucket, object_key, etag, last_modified, size)"
                + " values ('b', 'old', 'e', '2026-01-01', 1)");
        migrator.migrate();
        assertThat(totals.summary()).isEqualTo(counted());
        assertThat(totals.summary().dropped()).isEqualTo(2);
    }

    /** Checks that locking a document writes nothing; an update changes its status, which the seed's index contains. */
    @Test
    void updatesOfTheLedgerLeaveItsIndexesAlone() throws SQLException {
        int files = 300;
        for (int i = 0; i < files; i++) {
            ledger.admit(tenant.target(), tenant.version(i + ".txt", "e", 1));
        }
        for (IngestState state : List.of(IngestState.EXTRACTING, IngestState.EMBEDDING)) {
            for (int i = 0; i < files; i++) {
                ledger.advance(tenant.target(), tenant.version(i + ".txt", "e", 1), state);
            }
        }
        for (int i = 0; i < files; i++) {
            new KnowledgeStore(migrated.ingest())
                    .replace(
                            tenant.target(),
                            tenant.version(i + ".txt", "e", 1),
                            Tenant.document("en", "Words of " + i),
                            Tenant.chunks("Words of " + i),
                            StepTimes.NONE);
        }
        tenant.index(tenant.version("0.txt", "f", 2), "en", "Other words");
        migrated.ingest().close(); // Each connection tells its statistics when it ends.
        try (Connection connection = migrated.superuser()) {
            String ratio = """
                    select (100 * n_tup_hot_upd / n_tup_upd)::bigint from pg_stat_user_tables
                    where relname = 'ingest_ledger' and n_tup_upd >= %d
                    """.formatted(3 * files);
            assertThat(Tenant.one(connection, Long.class, ratio)).isGreaterThanOrEqualTo(95);
            assertThat(Tenant.one(connection, Long.class, """
                            select n_tup_upd from pg_stat_user_tables where relname = 'knowledge_documents'
                            """))
                    .as("one for each version that was indexed")
                    .isEqualTo(files + 1);
        }
    }

    /** Returns the sum of the ledger itself. */
    private LedgerSummary counted() throws SQLException {
        try (Connection connection = migrated.superuser()) {
            return LedgerSummary.read(
                    connection, "select state, reason, count(*) from ingest_ledger group by 1, 2", null);
        }
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = migrated.superuser();
                Statement run = connection.createStatement()) {
            run.execute(statement);
        }
    }
}
