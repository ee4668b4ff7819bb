package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.migration.SchemaMigrator;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Tests that readers and writers continue during a migration, even beside a transaction that keeps its locks. */
class MigrationBesideIT {

    /** Is the newest version that others have run with. */
    private static final int FROM = 36;

    private static final Duration LONGEST_STALL = Duration.ofSeconds(3);

    private static final List<String> READ = List.of(
            "select count(*) from chat_messages where content = 'none'",
            "select count(*) from ingest_ledger where object_key = '7'",
            "select count(*) from knowledge_documents where filename = 'none'",
            "select count(*) from knowledge_chunks where chunk_index = 7");
    private static final List<String> WRITE = List.of(
            "insert into chat_messages (organization_id, chat_id, content)"
                    + " select organization_id, id, 'Beside' from chats limit 1",
            "update ingest_ledger set attempts = attempts + 1 where object_key = '7'",
            "update knowledge_documents set author = 'A' || random() where id = (select min(id::text)::uuid from"
                    + " knowledge_documents)",
            "update knowledge_chunks set summary = 'S' || random() where chunk_index = 0");

    @Test
    void neitherReadersNorWritersStallBesideAMigrationThatHasToWait() throws Exception {
        try (Migrated migrated = Migrated.open(2)) {
            fill(migrated);
            SchemaMigrator migrator =
                    new SchemaMigrator(Tenant.settings(migrated.owner()), "secret of the application");
            int undone = migrator.rollbackTo(FROM);
            assertThat(undone).isPositive();
            ExecutorService threads = Executors.newFixedThreadPool(3);
            AtomicBoolean over = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(2);
            try (Connection holder = migrated.superuser()) {
                holder.setAutoCommit(false);
                for (String query : READ) {
                    Tenant.one(holder, Long.class, query);
                }
                Future<Duration> reader = threads.submit(() -> longest(migrated, READ, begun, over));
                Future<Duration> writer = threads.submit(() -> longest(migrated, WRITE, begun, over));
                assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
                Future<Integer> migration = threads.submit(migrator::migrate);
                awaitMigrationBehind(migrated);
                holder.commit();
                assertThat(migration.get(5, TimeUnit.MINUTES)).isEqualTo(undone);
                over.set(true);
                assertThat(reader.get(1, TimeUnit.MINUTES)).isLessThan(LONGEST_STALL);
                assertThat(writer.get(1, TimeUnit.MINUTES)).isLessThan(LONGEST_STALL);
            } finally {
                over.set(true);
                threads.shutdownNow();
            }
            try (Connection connection = migrated.superuser()) {
                assertThat(Tenant.one(connection, Long.class, "select count(*) from pg_index where not indisvalid"))
                        .as("indexes that were not completed")
                        .isZero();
            }
        }
    }

    /** Waits until it has waited for the transaction and has given way. */
    private static void awaitMigrationBehind(Migrated migrated) throws Exception {
        try (Connection connection = migrated.superuser()) {
            for (int change = 0; change < 2; change++) {
                boolean waits = change == 0;
                long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
                while (Tenant.one(connection, Boolean.class, """
                                select exists (select from pg_locks l join pg_class c on c.oid = l.relation
                                where not l.granted and l.mode = 'AccessExclusiveLock' and c.relkind in ('r', 'p', 'I'))
                                """) != waits) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static Duration longest(
            Migrated migrated, List<String> statements, CountDownLatch begun, AtomicBoolean over) throws SQLException {
        long longest = 0;
        try (Connection connection = migrated.superuser();
                Statement statement = connection.createStatement()) {
            while (!over.get()) {
                for (String one : statements) {
                    long before = System.nanoTime();
                    statement.execute(one);
                    longest = Math.max(longest, System.nanoTime() - before);
                }
                begun.countDown();
            }
        }
        return Duration.ofNanos(longest);
    }

    private static void fill(Migrated migrated) throws SQLException {
        Tenant tenant = Tenant.create(migrated, "beside");
        tenant.index(tenant.version("a.txt", "e", 1), "en", "One chunk", "Another");
        UUID chat = tenant.read(
                UUID.class, "insert into chats (creator_id, title) values (?, 'C') returning id", tenant.userId());
        tenant.read(UUID.class, "insert into chat_messages (chat_id, content) values (?, 'Hello') returning id", chat);
        try (Connection connection = migrated.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into ingest_ledger (bucket, object_key, etag, last_modified, size)
                    select 'b', i::text, 'e', '2026-01-01', 1 from generate_series(1, 50000) i
                    """);
        }
    }
}
