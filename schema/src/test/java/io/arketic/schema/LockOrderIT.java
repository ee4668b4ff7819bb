package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ReextractedVersions;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests that all code that locks both a document and rows of the ledger locks the document first: no two can deadlock.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockOrderIT {

    private Migrated migrated;
    private Tenant tenant;
    private IngestLedger ledger;
    private KnowledgeStore store;
    private ExecutorService other;

    @BeforeAll
    void open() throws SQLException {
        migrated = Migrated.open(4);
        tenant = Tenant.create(migrated, "locks");
        ledger = new IngestLedger(migrated.ingest());
        store = new KnowledgeStore(migrated.ingest());
        other = Executors.newSingleThreadExecutor();
    }

    @AfterAll
    void close() {
        other.shutdownNow();
        migrated.close();
    }

    @Test
    void whatWaitsForADocumentHoldsNoRowOfTheLedger() throws Exception {
        ObjectVersion dead = tenant.version("dead.txt", "e", 1);
        ledger.admit(tenant.target(), dead);
        ledger.bury(tenant.target(), dead, "CORRUPT", "torn", StepTimes.NONE);
        execute("update knowledge_documents set status = 'pending' where file_path = '" + dead.key() + "'");
        ObjectVersion indexed = tenant.version("indexed.txt", "e", 1);
        tenant.index(indexed, "en", "Some text.");
        ObjectVersion next = tenant.version("indexed.txt", "f", 2);
        ledger.admit(tenant.target(), next);

        Map<String, Callable<?>> deadOnes = new LinkedHashMap<>();
        deadOnes.put("admit", () -> ledger.admit(tenant.target(), dead));
        deadOnes.put("bury", () -> {
            ledger.bury(tenant.target(), dead, "CORRUPT", "again", StepTimes.NONE);
            return "";
        });
        deadOnes.put(
                "replay",
                () -> query("select ledger_replay('knowledge', '" + dead.key() + "', '" + dead.etag() + "')"));
        for (Map.Entry<String, Callable<?>> work : deadOnes.entrySet()) {
            assertInOrder(work.getKey(), dead.key(), work.getValue());
        }
        Map<String, Callable<?>> living = new LinkedHashMap<>();
        living.put("unchanged", () -> store.unchanged(tenant.target(), next, "another hash"));
        living.put(
                "keep",
                () -> new ReextractedVersions(migrated.ingest()).keep(tenant.target(), next, "CORRUPT", "torn"));
        living.put(
                "replace",
                () -> store.replace(
                        tenant.target(),
                        next,
                        Tenant.document("en", "Other text."),
                        Tenant.chunks("Other text."),
                        StepTimes.NONE));
        living.put("delete", () -> store.delete(tenant.target(), "knowledge", indexed.key()));
        for (Map.Entry<String, Callable<?>> work : living.entrySet()) {
            assertInOrder(work.getKey(), indexed.key(), work.getValue());
        }
    }

    /** Holds the document until {@code work} waits for it, or ends without it, and then takes the ledger's rows. */
    private void assertInOrder(String name, String key, Callable<?> work) throws Exception {
        Future<?> waiting;
        try (Connection holder = migrated.superuser()) {
            holder.setAutoCommit(false);
            holder.createStatement()
                    .execute("select from knowledge_documents where file_path = '" + key + "' for update");
            waiting = other.submit(work);
            awaitLock(waiting);
            assertThatCode(() -> holder.createStatement()
                            .execute("select from ingest_ledger where object_key = '" + key + "' for update nowait"))
                    .as(name)
                    .doesNotThrowAnyException();
            holder.rollback();
        }
        waiting.get(60, TimeUnit.SECONDS);
    }

    private void awaitLock(Future<?> waiting) throws SQLException {
        Instant deadline = Instant.now().plusSeconds(60);
        String blocked = "select count(*)::text from pg_stat_activity where datname = current_database()"
                + " and wait_event_type = 'Lock'";
        while (!waiting.isDone() && query(blocked).equals("0")) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("waits for no lock");
            }
            Thread.onSpinWait();
        }
    }

    private String query(String query) throws SQLException {
        try (Connection connection = migrated.superuser()) {
            return Tenant.one(connection, String.class, query);
        }
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = migrated.superuser()) {
            connection.createStatement().execute(statement);
        }
    }
}
