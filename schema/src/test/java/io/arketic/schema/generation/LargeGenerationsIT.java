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
import io.arketic.schema.search.SearchFilter;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that a large generation's indexes hold its chunks at each moment, and go when it is small or gone. */
@TestInstance(Lifecycle.PER_CLASS)
class LargeGenerationsIT {

    private static final int LARGE = 100;
    private static final String[] WORDS = {
        "pump", "valve", "filter", "hose", "tank", "tap", "boiler", "sensor", "relay", "fuse", "motor", "bearing",
        "gasket", "rotor"
    };

    private Migrated migrated;
    private LargeGenerations large;
    private ChunkSearch search;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Migrated.open(10);
        large = new LargeGenerations(migrated.maintenance());
        search = new ChunkSearch(migrated.database());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void makeTenant() throws SQLException {
        tenant = Tenant.create(migrated, "large-" + tenants++);
    }

    @Test
    void theIndexesFollowEveryWrite() throws SQLException {
        write("a.txt", 1, 60);
        large.run(LARGE);
        assertThat(part(1)).as("still small").isNull();
        write("b.txt", 1, 60);
        large.run(LARGE);
        assertThat(ready(1)).isTrue();
        assertIndexed(1, 120);
        write("c.txt", 1, 40);
        write("a.txt", 2, 30);
        assertIndexed(1, 130);
        new KnowledgeStore(migrated.ingest()).delete(tenant.target(), "knowledge", tenant.key("b.txt"));
        assertIndexed(1, 70);
        String places = "select string_agg(ctid::text, ' ' order by id) from indexed_chunks where part = ?";
        String before = admin(String.class, places, part(1));
        migrated.execute("update knowledge_chunks set summary = 'A summary' where knowledge_base_id = '"
                + tenant.knowledgeBaseId() + "'");
        assertThat(admin(String.class, places, part(1)))
                .as("no vector is written again")
                .isEqualTo(before);
        migrated.execute(
                "update knowledge_chunks set relevance_score = 0.05, page_number = 9 where knowledge_base_id = '"
                        + tenant.knowledgeBaseId() + "'");
        assertIndexed(1, 70);
        assertThat(admin(
                        Long.class,
                        "select count(*) from indexed_chunks where part = ? and faint and page_number = 9",
                        part(1)))
                .isEqualTo(70);
    }

    /** 300 chunks of fourteen words: a large share of each word, and far fewer chunks than the search compares. */
    @Test
    void theIndexesFindWhatAComparisonWithEveryChunkFinds() throws SQLException {
        write("a.txt", 1, 200);
        write("b.txt", 1, 100);
        List<SearchRequest> requests = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            String question =
                    WORDS[random.nextInt(WORDS.length)] + " of the " + WORDS[random.nextInt(WORDS.length)] + " " + i;
            for (Mode mode : Mode.values()) {
                requests.add(request(question, vector(random), mode));
            }
        }
        List<List<UUID>> compared = new ArrayList<>();
        for (SearchRequest request : requests) {
            compared.add(ids(request));
        }
        large.run(LARGE);
        int same = 0;
        int all = 0;
        for (int i = 0; i < requests.size(); i++) {
            List<UUID> found = ids(requests.get(i));
            assertThat(found).hasSameSizeAs(compared.get(i));
            all += found.size();
            found.retainAll(compared.get(i));
            same += found.size();
        }
        assertThat(same).isGreaterThan(all * 95 / 100);
    }

    /** The first filter leaves too many chunks to compare each, the second few. */
    @Test
    void aFilterLeavesTheSameOfALargeGeneration() throws SQLException {
        write("many.txt", 1, 700);
        write("few.txt", 1, 30);
        write("others.txt", 1, 270);
        float[] near = vector(new Random(3));
        List<List<UUID>> compared = new ArrayList<>();
        List<SearchFilter> filters = List.of(
                of("many.txt", null),
                of("few.txt", null),
                of(null, 5),
                of("many.txt", 5),
                new SearchFilter(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of(),
                        List.of("pump"),
                        List.of("valve"),
                        false,
                        false));
        for (SearchFilter filter : filters) {
            compared.add(ids(filtered(near, Mode.VECTOR, filter)));
            assertThat(compared.get(compared.size() - 1)).hasSize(10);
        }
        large.run(LARGE);
        for (int i = 0; i < filters.size(); i++) {
            List<UUID> found = ids(filtered(near, Mode.VECTOR, filters.get(i)));
            assertThat(found).hasSize(10);
            assertThat(compared.get(i).stream().filter(found::contains).count())
                    .as("%s", filters.get(i))
                    .isGreaterThanOrEqualTo(9);
            assertThat(search.search(tenant.context(), filtered(near, Mode.HYBRID, filters.get(i))))
                    .hasSize(10);
        }
    }

    private SearchFilter of(@Nullable String path, @Nullable Integer firstPage) {
        return new SearchFilter(
                List.of(),
                path == null ? List.of() : List.of(path),
                List.of(),
                List.of(),
                null,
                null,
                firstPage,
                null,
                null,
                null);
    }

    private SearchRequest filtered(float[] vector, Mode mode, SearchFilter filter) {
        return new SearchRequest(
                List.of(tenant.knowledgeBaseId()),
                "pump of the boiler",
                Map.of(Tenant.MODEL, new EmbeddedQuestion(vector, Set.of())),
                mode,
                10,
                -1.0,
                null,
                filter);
    }

    @Test
    void aFillThatIsKilledIsContinuedAndWhatIsWrittenMeanwhileIsThere() throws SQLException {
        for (int i = 0; i < 6; i++) {
            write("doc-" + i, 1, 50);
        }
        int part = opened();
        assertThat(maintain(Integer.class, "select fill_index_part(?, 70)", part))
                .isEqualTo(70);
        try (Connection killed = migrated.superuser();
                Statement statement = killed.createStatement()) {
            killed.setAutoCommit(false);
            statement.execute("select fill_index_part(" + part + ", 70)");
            assertThat(maintain(Integer.class, "select fill_index_part(?, 70)", part))
                    .as("another process fills")
                    .isNull();
            assertThat(maintain(Boolean.class, "select count_index_words(?, 1000)", part))
                    .isNull();
            admin(
                    Boolean.class,
                    "select pg_terminate_backend(?)",
                    Tenant.one(killed, Integer.class, "select pg_backend_pid()"));
        } catch (SQLException ended) {
            assertThat(ended.getSQLState()).startsWith("57").as("the connection was killed");
        }
        write("doc-0", 2, 20); // its chunks are copied
        write("doc-5", 2, 20); // its chunks are not
        write("doc-9", 1, 20);
        new KnowledgeStore(migrated.ingest()).delete(tenant.target(), "knowledge", tenant.key("doc-1"));
        assertThat(ready(1)).isFalse();
        assertThat(ids(request("pump", null, Mode.TEXT)))
                .as("compared with every chunk")
                .isNotEmpty();
        large.run(LARGE);
        assertThat(ready(1)).isTrue();
        assertIndexed(1, 210);
    }

    @Test
    void aChunkThatIsDeletedWhileItIsCopiedIsInNoIndex() throws Exception {
        write("a.txt", 1, 120);
        int part = opened();
        try (Connection deleting = migrated.superuser();
                Statement statement = deleting.createStatement()) {
            deleting.setAutoCommit(false);
            statement.execute(
                    "delete from knowledge_chunks where chunk_index between 20 and 69 and knowledge_base_id = '"
                            + tenant.knowledgeBaseId() + "'");
            assertThat(maintain(Integer.class, "select fill_index_part(?, 500)", part))
                    .isEqualTo(20);
            assertThat(maintain(Integer.class, "select fill_index_part(?, 500)", part))
                    .as("the next chunk is being deleted")
                    .isNull();
            // Neither waits for the other, in any order.
            statement.execute("set local lock_timeout = '10s'");
            statement.execute("delete from knowledge_chunks where chunk_index < 10 and knowledge_base_id = '"
                    + tenant.knowledgeBaseId() + "'");
            deleting.commit();
        }
        assertThat(maintain(Integer.class, "select fill_index_part(?, 500)", part))
                .isEqualTo(50);
        assertIndexed(1, 60);
    }

    @Test
    void aGenerationThatShrinksLosesItsIndexesAMinuteLater() throws SQLException {
        write("a.txt", 1, 120);
        large.run(LARGE);
        int part = opened();
        write("a.txt", 2, 30);
        large.run(LARGE);
        assertThat(ready(1)).isFalse();
        assertThat(ids(request("pump", null, Mode.TEXT))).isNotEmpty();
        assertThat(exists(part)).as("a search may still read it").isTrue();
        write("a.txt", 3, 30);
        large.run(LARGE);
        migrated.execute(
                "update index_parts set closed_at = closed_at - interval '2 minutes' where closed_at is not null");
        large.run(LARGE);
        assertThat(exists(part)).isFalse();
        assertThat(part(1)).isNull();
        write("a.txt", 4, 130);
        large.run(LARGE);
        assertThat(ready(1)).as("large again").isTrue();
        assertIndexed(1, 130);
    }

    @Test
    void aReindexOfALargeKnowledgeBaseIsIndexedBeforeItIsReady() throws SQLException {
        write("a.txt", 1, 120);
        large.run(LARGE);
        int former = opened();
        IndexGenerations generations = new IndexGenerations(migrated.database());
        GenerationFill fill = new GenerationFill(migrated.ingest());
        generations.begin(tenant.context(), tenant.knowledgeBaseId(), new GenerationPlan("other-model", 500, 50, 0.25));
        List<MissingDocument> missing = fill.missing(10, new FillPosition()).stream()
                .filter(document -> document.target().knowledgeBaseId().equals(tenant.knowledgeBaseId()))
                .toList();
        assertThat(missing).hasSize(1);
        fill.write(missing.get(0), chunks(150, 5));
        assertThat(maintain(Integer.class, "select open_index_part(?, 2)", tenant.knowledgeBaseId()))
                .isNotNull();
        while (fill.tidy()) {
            // The next batch.
        }
        assertThat(state(2)).as("its index lacks chunks").isEqualTo("building");
        large.run(LARGE);
        assertThat(ready(2)).isTrue();
        while (fill.tidy()) {
            // The next batch.
        }
        assertThat(state(2)).isEqualTo("ready");
        assertIndexed(2, 150);
        assertThat(generations.activate(tenant.context(), tenant.knowledgeBaseId(), 2))
                .isEqualTo(new SwitchOutcome.Switched(2, 1));
        assertThat(ids(request("pump", null, Mode.TEXT))).isNotEmpty();
        assertThat(generations.prune(tenant.context(), tenant.knowledgeBaseId(), 1))
                .isTrue();
        large.run(LARGE);
        migrated.execute(
                "update index_parts set closed_at = closed_at - interval '2 minutes' where closed_at is not null");
        large.run(LARGE);
        assertThat(exists(former)).isFalse();
        assertThat(ready(2)).isTrue();
    }

    @Test
    void aKnowledgeBaseTakesItsIndexesWithIt() throws SQLException {
        write("a.txt", 1, 120);
        large.run(LARGE);
        int part = opened();
        admin(UUID.class, "delete from knowledge_bases where id = ? returning id", tenant.knowledgeBaseId());
        assertThat(tenant.read(Long.class, "select count(*) from indexed_chunks"))
                .isZero();
        assertThat(tenant.read(Long.class, "select count(*) from indexed_words"))
                .isZero();
        large.run(LARGE);
        assertThat(exists(part)).isFalse();
        assertThat(admin(Long.class, "select count(*) from indexed_words where part = ?", part))
                .isZero();
    }

    @Test
    void vectorsThatNoIndexTakesAreComparedOneByOne() throws SQLException {
        List<EmbeddedChunk> chunks = new ArrayList<>();
        for (int i = 0; i < LARGE; i++) {
            float[] vector = new float[5000];
            vector[i] = 1;
            chunks.add(new EmbeddedChunk(i, "text", null, i, i + 1, "wide " + i, null, 2, vector, false));
        }
        write("wide.txt", 1, chunks);
        large.run(LARGE);
        assertThat(part(1)).isNull();
        float[] question = new float[5000];
        question[7] = 1;
        assertThat(search.search(tenant.context(), request("nothing", question, Mode.VECTOR)))
                .extracting(ChunkHit::text)
                .startsWith("wide 7");
    }

    /** Halves have five digits and end at 65,504. */
    @Test
    void vectorsOfAnyLengthAreIndexed() throws SQLException {
        List<EmbeddedChunk> chunks = new ArrayList<>();
        for (int i = 0; i < LARGE; i++) {
            float[] vector = Tenant.axis(i % Tenant.DIMENSIONS);
            vector[i % Tenant.DIMENSIONS] = i % 3 == 0 ? 1e10f : i % 3 == 1 ? 1e-10f : 1;
            chunks.add(new EmbeddedChunk(i, "text", null, i, i + 1, "extreme " + i, null, 2, vector, false));
        }
        write("extreme.txt", 1, chunks);
        large.run(LARGE);
        assertIndexed(1, LARGE);
        write("later.txt", 1, chunks);
        assertIndexed(1, 2 * LARGE);
        assertThat(ids(request("extreme", Tenant.axis(1), Mode.HYBRID))).isNotEmpty();
    }

    @Test
    void aNewLanguageIsFoundBeforeItsWordsAreCounted() throws SQLException {
        write("a.txt", 1, 120);
        large.run(LARGE);
        tenant.index(tenant.version("de.txt", "e", 1), "de", "Die Verträge wurden unterschrieben.");
        assertThat(search.search(tenant.context(), request("Vertrag", null, Mode.TEXT)))
                .extracting(ChunkHit::text)
                .containsExactly("Die Verträge wurden unterschrieben.");
    }

    @Test
    void anotherTenantAndAColleagueReachNoIndex() throws SQLException {
        write("a.txt", 1, 120);
        migrated.execute("update knowledge_bases set knowledge_base_type = 'personal' where id = '"
                + tenant.knowledgeBaseId() + "'");
        large.run(LARGE);
        int part = opened();
        Tenant other = Tenant.create(migrated, "other-" + tenants);
        UUID colleague = tenant.addMember("colleague-" + tenants + "@example.org", "owner");
        List<TenantContext> strangers = List.of(
                other.context(),
                TenantContext.ofOrganization(other.organizationId()),
                TenantContext.ofUser(tenant.userId()),
                TenantContext.of(tenant.organizationId(), colleague),
                TenantContext.NONE);
        for (TenantContext stranger : strangers) {
            assertThat(reached(stranger)).as("%s", stranger).containsOnly(0L);
        }
        assertThat(reached(tenant.context())).allMatch(rows -> rows > 0);
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> tenant.read(Long.class, "select count(*) from indexed_chunks_" + part))
                .matches(failure -> "42501".equals(failure.getSQLState()));
        for (String change :
                List.of("delete from indexed_chunks", "update index_parts set part = 1", "delete from indexed_words")) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> tenant.read(Long.class, change))
                    .matches(failure -> "42501".equals(failure.getSQLState()));
        }
    }

    /** Returns how many rows each way into the indexes gives. */
    private List<Long> reached(TenantContext context) throws SQLException {
        return migrated.database().transaction(context, connection -> {
            List<Long> rows = new ArrayList<>();
            UUID base = tenant.knowledgeBaseId();
            for (String way : List.of("indexed_chunks", "indexed_words", "index_parts")) {
                rows.add(Tenant.one(
                        connection,
                        Long.class,
                        "select count(*) from " + way + " x where x.part in (select"
                                + " p.part from index_parts p where p.knowledge_base_id = ?)",
                        base));
                rows.add(Tenant.one(connection, Long.class, "select count(*) from " + way));
            }
            rows.add(Tenant.one(connection, Long.class, """
                    select count(*) from nearest_indexed(?, 1, '[1,0,0,0,0,0,0,0]', 10, false, null, null, null)""", base));
            rows.add(Tenant.one(connection, Long.class, """
                    select count(*) from words_indexed(
                        ?, 1, 'english', '{''pump''}', '{1}', '{''pump''}', '{1}', '{1}', 5, 100, 10, false, null, null, null)""", base));
            rows.add(Tenant.one(connection, Long.class, """
                    select count(*) from words_of_documents(?, 1, ?, '{1}', '{english}', '{''pump''}')""", base, documents(connection)));
            return rows;
        });
    }

    private Object documents(Connection connection) throws SQLException {
        return connection.createArrayOf("uuid", new Object[] {
            admin(
                    UUID.class,
                    "select min(id::text)::uuid from knowledge_documents where knowledge_base_id = ?",
                    tenant.knowledgeBaseId())
        });
    }

    private static float[] vector(Random random) {
        float[] vector = new float[Tenant.DIMENSIONS];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private SearchRequest request(String question, float @Nullable [] vector, Mode mode) {
        return new SearchRequest(
                List.of(tenant.knowledgeBaseId()),
                question,
                vector == null ? Map.of() : Map.of(Tenant.MODEL, new EmbeddedQuestion(vector, Set.of())),
                mode,
                10,
                -1.0);
    }

    private List<UUID> ids(SearchRequest request) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        search.search(tenant.context(), request).forEach(hit -> ids.add(hit.chunkId()));
        return ids;
    }

    private static List<EmbeddedChunk> chunks(int number, long seed) {
        Random random = new Random(seed);
        List<EmbeddedChunk> chunks = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            StringBuilder text = new StringBuilder("Part " + i);
            for (int word = 0; word < 4; word++) {
                text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
            }
            chunks.add(new EmbeddedChunk(
                    i,
                    "text",
                    1 + i % 10,
                    100 * i,
                    100 * i + text.length(),
                    text.toString(),
                    null,
                    5,
                    vector(random),
                    false));
        }
        return chunks;
    }

    private void write(String path, int second, int number) throws SQLException {
        write(path, second, chunks(number, path.hashCode() + second));
    }

    private void write(String path, int second, List<EmbeddedChunk> chunks) throws SQLException {
        ObjectVersion version = tenant.version(path, "e" + second, second);
        KnowledgeTarget target = tenant.target();
        new KnowledgeStore(migrated.ingest())
                .replace(target, version, Tenant.document("en", path + second), chunks, StepTimes.NONE);
    }

    private void assertIndexed(int generation, long chunks) throws SQLException {
        assertThat(admin(Long.class, """
                        select count(*) from knowledge_chunks c
                        join indexed_chunks i on i.part = ? and i.id = c.id and i.document_id = c.document_id
                            and i.search_vector = c.search_vector
                        where c.knowledge_base_id = ? and c.generation = ?
                        """, part(generation), tenant.knowledgeBaseId(), generation))
                .isEqualTo(chunks);
        assertThat(admin(Long.class, "select count(*) from indexed_chunks where part = ?", part(generation)))
                .isEqualTo(chunks);
    }

    /** Opens the index of the first generation; returns its number. */
    private int opened() throws SQLException {
        maintain(Integer.class, "select open_index_part(?, 1)", tenant.knowledgeBaseId());
        Integer part = part(1);
        assertThat(part).isNotNull();
        return part;
    }

    private @Nullable Integer part(int generation) throws SQLException {
        return admin(
                Integer.class,
                "select (select part from index_parts where knowledge_base_id = ? and generation = ?)",
                tenant.knowledgeBaseId(),
                generation);
    }

    private boolean ready(int generation) throws SQLException {
        return admin(Boolean.class, """
                select exists (select from index_parts where knowledge_base_id = ? and generation = ? and ready_at is not null)
                """, tenant.knowledgeBaseId(), generation);
    }

    private String state(int generation) throws SQLException {
        return admin(
                String.class,
                "select state::text from index_generations where knowledge_base_id = ? and generation = ?",
                tenant.knowledgeBaseId(),
                generation);
    }

    private boolean exists(int part) throws SQLException {
        return admin(Boolean.class, "select to_regclass(?) is not null", "public.indexed_chunks_" + part);
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
