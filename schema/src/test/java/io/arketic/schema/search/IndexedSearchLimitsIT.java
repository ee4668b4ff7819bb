package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.LargeGenerations;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that the limits of an index, which bound its cost, hide nothing that a comparison with every chunk finds first. */
@TestInstance(Lifecycle.PER_CLASS)
class IndexedSearchLimitsIT {

    /** More chunks than a search reads of frequent words. */
    private static final int ALIKE = 1800;

    private Migrated migrated;
    private TenantDatabase shortScans;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
        String url = migrated.owner().url();
        // As if the index were large: it ends at once, and no other plan is cheaper.
        String settings = "-c%20hnsw.max_scan_tuples=1%20-c%20enable_seqscan=off%20-c%20enable_sort=off";
        shortScans = TenantDatabase.open(new DatabaseSettings(
                url + (url.contains("?") ? "&" : "?") + "options=" + settings, "arketic_app", Tenant.PASSWORD, 1));
    }

    @AfterAll
    void close() {
        shortScans.close();
        migrated.close();
    }

    @BeforeEach
    void makeTenant() throws SQLException {
        tenant = Tenant.create(migrated, "limits-" + tenants++);
    }

    @Test
    void aRareCodeIsFoundAmongAlikeLines() throws SQLException {
        lines("lines.txt", number -> "Pump, valve and alarm were tested");
        index();
        lines("code.txt", 1, number -> "Pump, valve and alarm of QX-7704 were tested");
        assertThat(byWords("Which pump, valve and alarm has QX-7704?")).first().isEqualTo("code.txt");
    }

    @Test
    void eachOfSeveralRareWordsIsFound() throws SQLException {
        lines("lines.txt", number -> "Pump, valve and alarm were tested");
        index();
        lines("many.txt", number -> "Compressor " + number);
        lines("code.txt", 1, number -> "Pump, valve and alarm of QX-7704 were tested");
        assertThat(byWords("compressor QX-7704 pump valve"))
                .as("compressors are not counted yet")
                .contains("code.txt");
    }

    @Test
    void aCodeIsFoundBesideThoseThatBeginWithIt() throws SQLException {
        lines("lines.txt", number -> String.format("Alarm of QX7700A%05d", number));
        index();
        lines("code.txt", 1, number -> "Alarm of QX7700");
        assertThat(byWords("QX7700")).first().isEqualTo("code.txt");
        assertThat(byWords("QX7700A01799")).first().isEqualTo("lines.txt");
        assertThat(byWords("QX7700A017")).first().isEqualTo("lines.txt");
    }

    @Test
    void wordsThatNeverMeetAreFoundAlone() throws SQLException {
        lines("pumps.txt", 40, number -> "The pump of hall " + number);
        lines("valves.txt", 30, number -> "The valve of room " + number);
        index();
        // As if they stood in a large part of a million chunks.
        migrated.execute("update indexed_words set chunks = chunks * 1000 where lexeme in ('pump', 'valv')");
        assertThat(byWords("pump valve")).hasSize(10).containsOnly("valves.txt");
        lines("both.txt", 1, number -> "A valve beside the pump");
        assertThat(byWords("pump valve")).hasSize(10).first().isEqualTo("both.txt");
    }

    /** One word alone is in more chunks than a reading may take: they must not displace what both words found. */
    @Test
    void aWordAloneAddsToWhatTheWordsFoundTogether() throws SQLException {
        lines("pumps.txt", 40, number -> "The pump of hall " + number);
        lines("valves.txt", 1_600, number -> "The valve of room " + number);
        lines("z-both.txt", 3, number -> "A valve beside the pump, number " + number);
        index();
        migrated.execute("update indexed_words set chunks = 40000 where lexeme = 'pump'");
        migrated.execute("update indexed_words set chunks = 30000 where lexeme = 'valv'");
        assertThat(byWords("pump valve").subList(0, 3)).containsOnly("z-both.txt");
    }

    @Test
    void aFilterOnAnotherMatterLeavesItsNearest() throws SQLException {
        vectors("near.txt", 400, 0);
        vectors("far.txt", 600, 4);
        SearchFilter far = new SearchFilter(
                List.of(), List.of("far.txt"), List.of(), List.of(), null, null, null, null, null, null);
        SearchFilter pages =
                new SearchFilter(List.of(), List.of(), List.of(), List.of(), null, null, 500, null, null, null);
        List<UUID> compared = nearest(far);
        List<UUID> comparedPages = nearest(pages);
        index();
        assertThat(nearest(far)).hasSize(10).isEqualTo(compared);
        assertThat(nearest(pages)).hasSize(10).isEqualTo(comparedPages);
    }

    @Test
    void hiddenDocumentsOnTheMatterLeaveTheOthers() throws SQLException {
        vectors("near.txt", 400, 0);
        vectors("far.txt", 600, 4);
        index();
        UUID drive = tenant.read(UUID.class, """
                insert into documents (owner_id, name, document_type, filename, file_path, file_size, file_hash, blob_id)
                select ?, 'Plan', 'text', 'plan.txt', b.object_key, 5, 'h', b.blob_id
                from keep_document_bytes('h', 5, current_organization_id() || '/plan') b returning id
                """, tenant.userId());
        migrated.execute("""
                insert into document_links (
                    organization_id, document_id, knowledge_base_id, object_key, wanted_version, knowledge_document_id, confined)
                select d.organization_id, '%s', d.knowledge_base_id, d.file_path, 0, d.id, true
                from knowledge_documents d where d.knowledge_base_id = '%s' and d.file_path like '%%near.txt'
                """.formatted(drive, tenant.knowledgeBaseId()));
        assertThat(nearest(SearchFilter.NONE)).hasSize(10);
    }

    /** More of them than the candidates of a search: they must not displace the others. */
    @Test
    void chunksThatUsersSwitchedOffLeaveTheOthersOfALargeGeneration() throws SQLException {
        vectors("near.txt", 300, 0);
        vectors("far.txt", 600, 4);
        lines("pumps.txt", 300, number -> "The pump " + number);
        lines("z-pump.txt", 1, number -> "The hall and its very old pump");
        index();
        assertThat(nearest(SearchFilter.NONE)).hasSize(10);
        tenant.read(Long.class, """
                with off as (
                    insert into chunk_notes (knowledge_base_id, document_id, content_hash, enabled)
                    select c.knowledge_base_id, c.document_id, c.content_hash, false
                    from knowledge_chunks c join knowledge_documents d on d.id = c.document_id
                    where d.file_path like '%near.txt' or d.file_path like '%pumps.txt' returning id)
                select count(*) from off""");
        assertThat(byWords("pump")).containsExactly("z-pump.txt");
        List<UUID> far = nearest(SearchFilter.NONE);
        assertThat(far).hasSize(10);
        assertThat(nearest(SearchFilter.NONE.andDisabled(true))).hasSize(10).doesNotContainAnyElementsOf(far);
    }

    /** One note switches off all chunks of its text. */
    @Test
    void aTextOfManyChunksThatIsSwitchedOffLeavesTheOthers() throws SQLException {
        lines("alike.txt", 300, number -> "The pump");
        lines("z-pump.txt", 1, number -> "The hall and its very old pump");
        index();
        assertThat(tenant.read(Long.class, """
                        with off as (
                            insert into chunk_notes (knowledge_base_id, document_id, content_hash, enabled)
                            select distinct c.knowledge_base_id, c.document_id, c.content_hash, false
                            from knowledge_chunks c join knowledge_documents d on d.id = c.document_id
                            where d.file_path like '%alike.txt' returning id)
                        select count(*) from off""")).isEqualTo(1);
        assertThat(byWords("pump")).containsExactly("z-pump.txt");
    }

    private void index() throws SQLException {
        new LargeGenerations(migrated.maintenance()).run(1);
    }

    private void lines(String path, IntFunction<String> text) throws SQLException {
        lines(path, ALIKE, text);
    }

    private void lines(String path, int number, IntFunction<String> text) throws SQLException {
        tenant.index(
                tenant.version(path, "e", 1),
                "en",
                IntStream.range(0, number).mapToObj(text).toArray(String[]::new));
    }

    /** Writes chunks with vectors about one axis, each on a page of its own. */
    private void vectors(String path, int number, int axis) throws SQLException {
        Random random = new Random(axis);
        List<EmbeddedChunk> chunks = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            float[] vector = Tenant.axis(axis);
            for (int j = 0; j < vector.length; j++) {
                vector[j] += (float) (0.1 * random.nextGaussian());
            }
            chunks.add(new EmbeddedChunk(i, "text", 1 + i, i, i + 1, path + i, null, 2, vector, false));
        }
        ObjectVersion version = tenant.version(path, "e", 1);
        new KnowledgeStore(migrated.ingest())
                .replace(tenant.target(), version, Tenant.document("en", path), chunks, StepTimes.NONE);
    }

    /** Returns the paths of the first hits. */
    private List<String> byWords(String question) throws SQLException {
        return search(migrated.database(), question, Map.of(), Mode.TEXT, SearchFilter.NONE)
                .map(hit -> hit.filePath().substring(hit.filePath().lastIndexOf('/') + 1))
                .toList();
    }

    private List<UUID> nearest(SearchFilter filter) throws SQLException {
        return search(
                        shortScans,
                        "near",
                        Map.of(Tenant.MODEL, new EmbeddedQuestion(Tenant.axis(0), Set.of())),
                        Mode.VECTOR,
                        filter)
                .map(ChunkHit::chunkId)
                .toList();
    }

    private Stream<ChunkHit> search(
            TenantDatabase database,
            String question,
            Map<String, EmbeddedQuestion> vectors,
            Mode mode,
            SearchFilter filter)
            throws SQLException {
        return new ChunkSearch(database)
                        .search(
                                tenant.context(),
                                new SearchRequest(
                                        List.of(tenant.knowledgeBaseId()),
                                        question,
                                        vectors,
                                        mode,
                                        10,
                                        -1.0,
                                        null,
                                        filter))
                        .stream();
    }
}
