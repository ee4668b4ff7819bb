package io.arketic.schema.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.ChunkSearch;
import io.arketic.schema.search.EmbeddedQuestion;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that counts and copies of large generations stay true, and that their upkeep stops no search. */
@TestInstance(Lifecycle.PER_CLASS)
class IndexUpkeepIT {

    private static final int LARGE = 100;

    private Migrated migrated;
    private LargeGenerations large;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
        large = new LargeGenerations(migrated.maintenance());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void makeTenant() throws SQLException {
        tenant = Tenant.create(migrated, "upkeep-" + tenants++);
    }

    @Test
    void aCountThatIsKilledIsContinued() throws SQLException {
        write("a.txt", 1, "Pump of QX7700", 150);
        write("b.txt", 1, "Valve of QX7701", 150);
        int part = opened();
        while (maintain(Integer.class, "select fill_index_part(?, 200)", part) > 0) {
            // The next batch.
        }
        String count = "select count_index_words(?, 1)";
        assertThat(maintain(Boolean.class, count, part)).isFalse();
        assertThat(admin(Boolean.class, "select ready_at is not null from index_parts where part = ?", part))
                .isFalse();
        try (Connection killed = migrated.superuser()) {
            killed.setAutoCommit(false);
            assertThat(Tenant.one(killed, Boolean.class, count, part)).isFalse();
            assertThat(maintain(Boolean.class, count, part))
                    .as("another process counts")
                    .isNull();
            killed.rollback();
        }
        int steps = 1;
        while (!maintain(Boolean.class, count, part)) {
            steps++;
        }
        assertThat(steps).isGreaterThan(3);
        assertThat(counted(part, "pump")).isEqualTo(150);
        assertThat(counted(part, "valv")).isEqualTo(150);
        assertThat(counted(part, "")).isEqualTo(300);
        assertThat(admin(Boolean.class, "select ready_at is not null from index_parts where part = ?", part))
                .isTrue();
        assertThat(admin(Long.class, "select count(*) from counting_words")).isZero();
        assertThat(maintain(Boolean.class, "select count_index_words(?, 1000)", part))
                .isTrue();
        assertThat(counted(part, "pump")).as("not added to the former count").isEqualTo(150);
        assertThat(counted(part, "qx7700")).isEqualTo(150);
    }

    /** Each code stands in one chunk, and their beginning in all. */
    @Test
    void beginningsOfCodesAreCounted() throws SQLException {
        write("a.txt", 1, "Pump serialnumberqx77", 120);
        write("b.txt", 1, "Pump QX77", 120);
        large.run(LARGE);
        int part = opened();
        assertThat(counted(part, "serialnumberqx7:*"))
                .as("its first digit comes late")
                .isEqualTo(120);
        assertThat(counted(part, "qx77:*")).isEqualTo(120);
        assertThat(counted(part, "qx7:*")).as("too short to be searched").isZero();
        assertThat(counted(part, "pump:*")).as("no code").isZero();
    }

    @Test
    void replacedContentsAreCounted() throws SQLException {
        write("a.txt", 1, "Pump", 120);
        large.run(LARGE);
        int part = opened();
        // The server's numbers of the copy arrive late.
        await(() ->
                admin(Long.class, "select pg_stat_get_tuples_inserted(?::regclass)", "indexed_chunks_" + part) >= 120);
        large.run(LARGE);
        assertThat(counted(part, "pump")).isEqualTo(120);
        write("a.txt", 2, "Valve", 120);
        await(() -> large.run(LARGE) >= 0 && counted(part, "valv") == 120);
        assertThat(counted(part, "pump")).isZero();
    }

    @Test
    void wordsOfADeletedDocumentGoWithinADay() throws SQLException {
        write("a.txt", 1, "Pump", 120);
        write("b.txt", 1, "Confidential", 5);
        large.run(LARGE);
        int part = opened();
        assertThat(counted(part, "confidenti")).isEqualTo(5);
        new KnowledgeStore(migrated.ingest()).delete(tenant.target(), "knowledge", tenant.key("b.txt"));
        migrated.execute("update index_parts set counted_at = counted_at - interval '25 hours'");
        await(() -> large.run(LARGE) >= 0 && counted(part, "confidenti") == 0);
        assertThat(counted(part, "pump")).isEqualTo(120);
    }

    @Test
    void aChunkThatChangesWhileItIsCopiedIsIndexedAsItIs() throws Exception {
        write("a.txt", 1, "Pump", 120);
        int part = opened();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection copying = migrated.superuser()) {
            copying.setAutoCommit(false);
            assertThat(Tenant.one(copying, Integer.class, "select fill_index_part(?, 500)", part))
                    .isEqualTo(120);
            Future<?> changed = thread.submit(
                    () -> migrated.execute("update knowledge_chunks set page_number = 77 where knowledge_base_id = '"
                            + tenant.knowledgeBaseId() + "'"));
            await(() -> admin(Boolean.class, """
                    select exists (select from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock' and query like 'update knowledge_chunks%')
                    """));
            copying.commit();
            changed.get(1, TimeUnit.MINUTES);
        } finally {
            thread.shutdownNow();
        }
        assertThat(admin(Long.class, "select count(*) from indexed_chunks where part = ? and page_number = 77", part))
                .isEqualTo(120);
    }

    @Test
    void aPartitionThatIsReadIsNotDroppedAndStopsNoOtherSearch() throws Exception {
        write("a.txt", 1, "Pump", 120);
        large.run(LARGE);
        int part = opened();
        assertThat(maintain(Boolean.class, "select close_index_part(?)", part)).isTrue();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection reading = migrated.superuser();
                Connection other = migrated.superuser()) {
            reading.setAutoCommit(false);
            other.setAutoCommit(false);
            lock(reading, "indexed_chunks_" + part + " in access share mode");
            for (int i = 0; i < 3; i++) {
                Future<Boolean> dropped =
                        thread.submit(() -> maintain(Boolean.class, "select drop_index_part(?)", part));
                while (!dropped.isDone()) {
                    lock(other, "only indexed_chunks in access share mode nowait");
                    other.rollback();
                }
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(dropped::get)
                        .matches(failure -> failure.getCause() instanceof SQLException refused
                                && "55P03".equals(refused.getSQLState()));
            }
            reading.commit();
        } finally {
            thread.shutdownNow();
        }
        assertThat(maintain(Boolean.class, "select drop_index_part(?)", part)).isTrue();
        assertThat(admin(Boolean.class, "select to_regclass(?) is null", "public.indexed_chunks_" + part))
                .isTrue();
    }

    @Test
    void aQuestionToFiftyLargeKnowledgeBasesReadsEach() throws SQLException {
        List<UUID> bases = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            UUID base = tenant.database()
                    .transaction(
                            tenant.context(),
                            connection -> Tenant.id(connection, """
                    insert into knowledge_bases (owner_id, name, embedding_model, vector_store_type)
                    values (?, ?, ?, 'pgvector') returning id
                    """, tenant.userId(), "Base " + number, Tenant.MODEL));
            bases.add(base);
            KnowledgeTarget target = new KnowledgeTarget(tenant.organizationId(), base, 1, Tenant.MODEL, 1000, 200);
            ObjectVersion version = new ObjectVersion(
                    "knowledge",
                    tenant.slug() + "/" + base + "/a.txt",
                    "e",
                    tenant.version("a.txt", "e", 1).lastModified(),
                    1);
            write(target, version, "Pump " + i, 2);
        }
        large.run(1);
        assertThat(admin(Long.class, """
                select count(*) from index_parts p join knowledge_bases b on b.id = p.knowledge_base_id
                where b.organization_id = ? and p.ready_at is not null
                """, tenant.organizationId())).isEqualTo(50);
        for (Mode mode : Mode.values()) {
            List<ChunkHit> hits = new ChunkSearch(migrated.database())
                    .search(
                            tenant.context(),
                            new SearchRequest(
                                    bases,
                                    "pump",
                                    Map.of(Tenant.MODEL, new EmbeddedQuestion(Tenant.axis(0), Set.of())),
                                    mode,
                                    100,
                                    -1.0));
            assertThat(hits.stream().map(ChunkHit::knowledgeBaseId).collect(Collectors.toSet()))
                    .as("%s", mode)
                    .hasSize(50);
        }
        large.run(Integer.MAX_VALUE);
    }

    @Test
    void vectorsOf3072DimensionsAreIndexed() throws SQLException {
        List<EmbeddedChunk> chunks = new ArrayList<>();
        for (int i = 0; i < LARGE; i++) {
            float[] vector = new float[3072];
            vector[i] = 1;
            chunks.add(new EmbeddedChunk(i, "text", null, i, i + 1, "wide " + i, null, 2, vector, false));
        }
        replace(tenant.target(), tenant.version("wide.txt", "e", 1), chunks);
        large.run(LARGE);
        assertThat(admin(Boolean.class, "select ready_at is not null from index_parts where part = ?", opened()))
                .isTrue();
        float[] question = new float[3072];
        question[7] = 1;
        assertThat(new ChunkSearch(migrated.database())
                        .search(
                                tenant.context(),
                                new SearchRequest(
                                        List.of(tenant.knowledgeBaseId()),
                                        "nothing",
                                        Map.of(Tenant.MODEL, new EmbeddedQuestion(question, Set.of())),
                                        Mode.VECTOR,
                                        10,
                                        -1.0)))
                .extracting(ChunkHit::text)
                .startsWith("wide 7");
    }

    private static void lock(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table " + table);
        }
    }

    private static void await(Callable<Boolean> condition) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try {
            while (!condition.call()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
        } catch (SQLException | RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void write(String path, int second, String text, int number) throws SQLException {
        write(tenant.target(), tenant.version(path, "e" + second, second), text, number);
    }

    private void write(KnowledgeTarget target, ObjectVersion version, String text, int number) throws SQLException {
        replace(
                target,
                version,
                Tenant.chunks(IntStream.range(0, number)
                        .mapToObj(i -> String.format("%s%05d %s", text, i, text))
                        .toArray(String[]::new)));
    }

    private void replace(KnowledgeTarget target, ObjectVersion version, List<EmbeddedChunk> chunks)
            throws SQLException {
        new KnowledgeStore(migrated.ingest())
                .replace(target, version, Tenant.document("en", version.toString()), chunks, StepTimes.NONE);
    }

    private long counted(int part, String lexeme) throws SQLException {
        return admin(
                Long.class,
                "select coalesce(sum(chunks), 0)::bigint from indexed_words where part = ? and lexeme = ?",
                part,
                lexeme);
    }

    /** Returns the number of the first generation's index, which it opens if it has none. */
    private int opened() throws SQLException {
        maintain(Integer.class, "select open_index_part(?, 1)", tenant.knowledgeBaseId());
        return admin(
                Integer.class,
                "select part from index_parts where knowledge_base_id = ? and generation = 1",
                tenant.knowledgeBaseId());
    }

    private <T> T maintain(Class<T> type, String query, @Nullable Object... values) throws SQLException {
        return migrated.maintenance()
                .transaction(TenantContext.NONE, connection -> Tenant.one(connection, type, query, values));
    }

    private <T> T admin(Class<T> type, String query, @Nullable Object... values) throws SQLException {
        try (Connection connection = migrated.superuser()) {
            return Tenant.one(connection, type, query, values);
        }
    }
}
