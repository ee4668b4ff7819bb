package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class SearchFilterIT {

    private static final Instant MAY = Instant.parse("2024-05-01T00:00:00Z");

    Migrated migrated;
    private ChunkSearch search;
    private Tenant tenant;

    @BeforeAll
    void open() throws SQLException {
        migrated = Migrated.open();
        search = new ChunkSearch(migrated.database());
        tenant = Tenant.create(migrated, "filtered");
        index("reports/2024/plan.pdf", "Winter plan", "Ada Lovelace", "en", MAY, 3);
        index("reports/2024-old/plan.txt", null, null, "en-GB", MAY.minusSeconds(400L * 86_400), 2);
        index("reports/notes.md", "100% of 'it'", null, "de", null, 2);
        index("top.txt", null, null, null, null, 1);
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @Test
    void documentsAndPaths() throws SQLException {
        UUID top = tenant.read(UUID.class, "select id from knowledge_documents where filename = 'top.txt'");
        assertThat(found(ofDocuments(List.of(top)))).containsExactly("top.txt");
        assertThat(found(ofDocuments(List.of(UUID.randomUUID())))).isEmpty();
        assertThat(found(ofDocuments(
                        Stream.concat(Collections.nCopies(10_000, UUID.randomUUID()).stream(), Stream.of(top))
                                .toList())))
                .containsExactly("top.txt");
        assertThat(found(ofPaths("reports/2024"))).containsExactly("reports/2024/plan.pdf");
        assertThat(found(ofPaths("/reports/"))).hasSize(3);
        assertThat(found(ofPaths("reports/2024/plan.pdf", "top.txt"))).hasSize(2);
        assertThat(found(ofPaths("report", "%", "_", "../filtered"))).isEmpty();
    }

    @Test
    void kindsLanguagesAndDates() throws SQLException {
        assertThat(found(of(List.of("PDF", "md"), List.of(), null, null, null, null)))
                .containsExactlyInAnyOrder("reports/2024/plan.pdf", "reports/notes.md");
        assertThat(found(of(List.of(), List.of("EN"), null, null, null, null))).hasSize(2);
        assertThat(found(of(List.of(), List.of("en-gb"), null, null, null, null)))
                .containsExactly("reports/2024-old/plan.txt");
        assertThat(found(of(List.of(), List.of(), MAY, MAY.plusSeconds(1), null, null)))
                .containsExactly("reports/2024/plan.pdf");
        assertThat(found(of(List.of(), List.of(), Instant.parse("2026-01-01T00:00:00Z"), null, null, null)))
                .as("a document without a date has its object's")
                .containsExactlyInAnyOrder("reports/notes.md", "top.txt");
    }

    @Test
    void titlesAuthorsAndPages() throws SQLException {
        assertThat(found(of(List.of(), List.of(), null, null, "WINTER", null)))
                .containsExactly("reports/2024/plan.pdf");
        assertThat(found(of(List.of(), List.of(), null, null, "100% of 'it", null)))
                .containsExactly("reports/notes.md");
        assertThat(found(of(List.of(), List.of(), null, null, "%", "lovelace"))).isEmpty();
        assertThat(found(of(List.of(), List.of(), null, null, null, "lovelace")))
                .containsExactly("reports/2024/plan.pdf");
        assertThat(hits(tenant.context(), pages(2, null), Mode.HYBRID, 100))
                .extracting(ChunkHit::page)
                .containsOnly(2, 3);
        assertThat(hits(tenant.context(), pages(3, 3), Mode.TEXT, 100)).hasSize(1);
        assertThat(hits(tenant.context(), pages(4, 3), Mode.VECTOR, 100)).isEmpty();
    }

    @Test
    void surroundingsEndWhereTheFilterDoes() throws SQLException {
        Tenant paged = Tenant.create(migrated, "paged");
        paged.index(paged.version("a.txt", "e", 1), "en", "The seal is old.", "The pump runs.", "The hose is grey.");
        assertThat(around(paged, SearchFilter.NONE)).isEqualTo("The seal is old.\nThe pump runs.\nThe hose is grey.");
        assertThat(around(paged, pages(2, null))).isEqualTo("The pump runs.\nThe hose is grey.");
        assertThat(around(paged, pages(null, 2))).isEqualTo("The seal is old.\nThe pump runs.");
        assertThat(around(paged, SearchFilter.NONE.and(SearchSyntax.of("\"pump runs\" -grey"))))
                .isEqualTo("The seal is old.\nThe pump runs.");
    }

    private String around(Tenant of, SearchFilter filter) throws SQLException {
        List<ChunkHit> hits = find(
                of.context(),
                new SearchRequest(List.of(of.knowledgeBaseId()), "pump", Map.of(), Mode.TEXT, 1, null, null, filter));
        return new ChunkSurroundings(migrated.database())
                .of(of.context(), hits, Expansion.NEIGHBOURS, filter)
                .get(hits.get(0).chunkId())
                .text();
    }

    @Test
    void phrasesAndExclusionsAreOfWhatIsWritten() throws SQLException {
        Tenant written = Tenant.create(migrated, "written");
        written.index(
                written.version("a.txt", "e", 1),
                "en",
                "The gasket of the\nwash unit, in C#.",
                "The gasket of the unit for the wash, in C++17.",
                "The gasket of the wash units: 100% [of] (it)*",
                "Zoë's gasket");
        assertThat(found(written, "gasket \"wash unit\"")).containsExactly("The gasket of the\nwash unit, in C#.");
        assertThat(found(written, "\"WASH UNIT\" gasket -c#")).hasSize(1);
        assertThat(found(written, "gasket -wash")).containsExactly("Zoë's gasket");
        assertThat(found(written, "gasket \"C++17\""))
                .containsExactly("The gasket of the unit for the wash, in C++17.");
        assertThat(found(written, "gasket \"100% [of] (it)*\"")).hasSize(1);
        assertThat(found(written, "gasket \"zoe\u0308's\"")).containsExactly("Zoë's gasket");
        assertThat(found(written, "gasket \"\\y.*\"")).isEmpty();
        assertThat(found(written, "gasket")).hasSize(4);
    }

    private List<String> found(Tenant of, String text) throws SQLException {
        SearchSyntax syntax = SearchSyntax.of(text);
        return search
                .search(
                        of.context(),
                        new SearchRequest(
                                List.of(of.knowledgeBaseId()),
                                syntax.question(),
                                Map.of(Tenant.MODEL, new EmbeddedQuestion(Tenant.axis(0), Set.of())),
                                Mode.HYBRID,
                                10,
                                null,
                                null,
                                SearchFilter.NONE.and(syntax)))
                .stream()
                .map(ChunkHit::text)
                .toList();
    }

    /** Checks that all matching chunks come, however few of many match, and by every signal. */
    @Test
    void theLimitIsFilledFromWhatFits() throws SQLException {
        Tenant large = Tenant.create(migrated, "large");
        String[] better = IntStream.range(0, 400).mapToObj(i -> "pump pump").toArray(String[]::new);
        large.index(large.version("all.txt", "e", 1), "en", better);
        large.index(large.version("few/some.txt", "e", 1), "en", "a pump", "a pump or two", "one pump of many more");
        for (Mode mode : Mode.values()) {
            SearchRequest request = new SearchRequest(
                    List.of(large.knowledgeBaseId()),
                    "pump",
                    Map.of(Tenant.MODEL, new EmbeddedQuestion(Tenant.axis(5), Set.of())),
                    mode,
                    3,
                    -1.0,
                    null,
                    ofPaths("few"));
            assertThat(find(large.context(), request))
                    .as(mode.name())
                    .hasSize(3)
                    .allSatisfy(hit -> assertThat(hit.filePath()).endsWith("few/some.txt"));
        }
    }

    @Test
    void aFilterNeverWidensRights() throws SQLException {
        Tenant other = Tenant.create(migrated, "other-filtered");
        other.index(other.version("secret.txt", "e", 1), "en", "plan of the other");
        UUID secret = other.read(
                UUID.class,
                "select id from knowledge_documents where filename = 'file.txt' and file_path like '%secret.txt'");
        SearchRequest request = new SearchRequest(
                List.of(tenant.knowledgeBaseId(), other.knowledgeBaseId()),
                "plan",
                Map.of(),
                Mode.TEXT,
                100,
                null,
                null,
                ofDocuments(List.of(secret)));
        assertThat(find(tenant.context(), request)).isEmpty();
        assertThat(hits(other.context(), SearchFilter.NONE, Mode.TEXT, 100)).isEmpty();
    }

    /** Is called before each search. */
    void prepare() throws SQLException {}

    private List<ChunkHit> find(TenantContext context, SearchRequest request) throws SQLException {
        prepare();
        return search.search(context, request);
    }

    private void index(
            String path,
            @Nullable String title,
            @Nullable String author,
            @Nullable String language,
            @Nullable Instant created,
            int pages)
            throws SQLException {
        List<EmbeddedChunk> chunks = IntStream.rangeClosed(1, pages)
                .mapToObj(page -> new EmbeddedChunk(
                        page - 1, "text", page, page, page + 1, "plan " + page, null, 2, Tenant.axis(0), false))
                .toList();
        String filename = path.substring(path.lastIndexOf('/') + 1);
        new KnowledgeStore(migrated.ingest())
                .replace(
                        tenant.target(),
                        tenant.version(path, "e", 1),
                        new DocumentVersion(
                                filename,
                                "text/plain",
                                path,
                                "plan",
                                List.of(0),
                                List.of(),
                                title,
                                author,
                                language,
                                created),
                        chunks,
                        StepTimes.NONE);
    }

    private List<String> found(SearchFilter filter) throws SQLException {
        return hits(tenant.context(), filter, Mode.TEXT, 100).stream()
                .map(hit -> hit.filePath().substring(tenant.key("").length()))
                .distinct()
                .toList();
    }

    private List<ChunkHit> hits(TenantContext context, SearchFilter filter, Mode mode, int limit) throws SQLException {
        return find(
                context,
                new SearchRequest(
                        List.of(tenant.knowledgeBaseId()),
                        "plan",
                        Map.of(Tenant.MODEL, new EmbeddedQuestion(Tenant.axis(0), Set.of())),
                        mode,
                        limit,
                        null,
                        null,
                        filter));
    }

    private static SearchFilter ofDocuments(List<UUID> documents) {
        return new SearchFilter(documents, List.of(), List.of(), List.of(), null, null, null, null, null, null);
    }

    private static SearchFilter ofPaths(String... paths) {
        return new SearchFilter(List.of(), List.of(paths), List.of(), List.of(), null, null, null, null, null, null);
    }

    private static SearchFilter pages(@Nullable Integer first, @Nullable Integer last) {
        return new SearchFilter(List.of(), List.of(), List.of(), List.of(), null, null, first, last, null, null);
    }

    private static SearchFilter of(
            List<String> fileTypes,
            List<String> languages,
            @Nullable Instant from,
            @Nullable Instant before,
            @Nullable String title,
            @Nullable String author) {
        return new SearchFilter(List.of(), List.of(), fileTypes, languages, from, before, null, null, title, author);
    }
}
