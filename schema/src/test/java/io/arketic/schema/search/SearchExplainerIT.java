package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.search.SearchExplanation.Passage;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class SearchExplainerIT {

    private Migrated migrated;
    private SearchExplainer explainer;
    private Tenant tenant;
    private UUID many;
    private UUID one;

    @BeforeAll
    void open() throws SQLException {
        migrated = Migrated.open();
        explainer = new SearchExplainer(migrated.database());
        tenant = Tenant.create(migrated, "explained");
        String[] texts = IntStream.range(0, 150).mapToObj(i -> "pump pump " + i).toArray(String[]::new);
        tenant.index(tenant.version("many.txt", "e", 1), "en", texts);
        tenant.index(tenant.version("one.txt", "e", 1), "en", "hose", "the pump, as is said among much else, is green");
        many = document(tenant, "many.txt");
        one = document(tenant, "one.txt");
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @Test
    void eachStageSaysWhereThePassageStands() throws SQLException {
        Passage found = passage(explain(request("pump 7", Mode.HYBRID, SearchFilter.NONE), many, 12 * 10 - 30));
        assertThat(found.fits()).isTrue();
        assertThat(found.candidates()).isGreaterThanOrEqualTo(100);

        Passage last = passage(explain(request("pump", Mode.TEXT, SearchFilter.NONE), one, 6));
        assertThat(last.words()).isPositive();
        assertThat(last.wordsPlace()).isEqualTo(151);
        assertThat(last.byWords()).isFalse();
        assertThat(last.place()).isNull();

        Passage silent = passage(explain(request("pump", Mode.HYBRID, SearchFilter.NONE), one, 1));
        assertThat(silent.words()).isNull();
        assertThat(silent.similarity()).isEqualTo(1);
        assertThat(silent.vectorPlace()).isEqualTo(1);
        assertThat(silent.byVector()).isTrue();
        assertThat(silent.place()).isNotNull();
    }

    /** Checks that the explained rank is the rank in the search's own result. */
    @Test
    void theExplanationIsThatOfTheSearch() throws SQLException {
        SearchRequest request = request("pump hose", Mode.HYBRID, SearchFilter.NONE);
        List<ChunkHit> hits = new ChunkSearch(migrated.database()).search(tenant.context(), request);
        assertThat(hits).hasSize(10);
        for (int i = 0; i < hits.size(); i++) {
            ChunkHit hit = hits.get(i);
            Passage passage = passage(explain(request, hit.documentId(), hit.start()));
            assertThat(passage.chunkId()).isEqualTo(hit.chunkId());
            assertThat(passage.place()).isEqualTo(i + 1L);
            assertThat(passage.score()).isEqualTo(hit.score());
            assertThat(passage.similarity()).isEqualTo(hit.similarity());
        }
    }

    @Test
    void withoutAnOffsetItIsThePassageThatCameFarthest() throws SQLException {
        Passage best = passage(explain(request("green", Mode.TEXT, SearchFilter.NONE), one, null));
        assertThat(best.ordinal()).isEqualTo(1);
        assertThat(best.place()).isEqualTo(1);
    }

    @Test
    void whatTheFilterLeavesOutSaysSo() throws SQLException {
        SearchFilter other =
                new SearchFilter(List.of(many), List.of(), List.of(), List.of(), null, null, null, null, null, null);
        Passage passage = passage(explain(request("green", Mode.HYBRID, other), one, null));
        assertThat(passage.fits()).isFalse();
        assertThat(passage.place()).isNull();
    }

    @Test
    void whatSaysNextToNothingSaysSoUnlessItIsToBeShown() throws SQLException {
        tenant.index(
                tenant.version("dots.txt", "e", 1),
                "en",
                "fuse ................................................"
                        + "................................................",
                "The fuse is changed by an electrician only.");
        UUID dots = document(tenant, "dots.txt");
        Passage left = passage(explain(request("fuse", Mode.TEXT, SearchFilter.NONE), dots, 1));
        assertThat(left.hidden()).isTrue();
        assertThat(left.place()).isNull();
        Passage shown = passage(explain(request("fuse", Mode.TEXT, SearchFilter.NONE.andLowQuality(true)), dots, 1));
        assertThat(shown.hidden()).isFalse();
        assertThat(shown.place()).isEqualTo(2);
    }

    @Test
    void whatAUserSwitchedOffSaysSoUnlessItIsToBeShown() throws SQLException {
        tenant.index(tenant.version("old.txt", "e", 1), "en", "The bolt is turned by hand.", "The bolt is oiled.");
        UUID old = document(tenant, "old.txt");
        tenant.read(UUID.class, """
                insert into chunk_notes (knowledge_base_id, document_id, content_hash, enabled)
                select knowledge_base_id, document_id, content_hash, false from knowledge_chunks
                where document_id = ? and chunk_index = 0 returning id""", old);
        for (Mode mode : Mode.values()) {
            SearchRequest request = request("bolt hand", mode, SearchFilter.NONE);
            Passage left = passage(explain(request, old, 1));
            assertThat(left.enabled()).as("%s", mode).isFalse();
            assertThat(left.place()).isNull();
            assertThat(new ChunkSearch(migrated.database()).search(tenant.context(), request))
                    .as("%s", mode)
                    .noneMatch(hit -> hit.chunkId().equals(left.chunkId()));
            Passage shown = passage(explain(request("bolt hand", mode, SearchFilter.NONE.andDisabled(true)), old, 1));
            assertThat(shown.enabled()).isTrue();
            assertThat(shown.place()).as("%s", mode).isNotNull();
        }
        assertThat(passage(explain(request("bolt", Mode.TEXT, SearchFilter.NONE), old, null))
                        .ordinal())
                .as("the other one")
                .isEqualTo(1);
    }

    @Test
    void whatIsNotCutOrNotLiveSaysSo() throws SQLException {
        SearchExplanation beyond = explain(request("green", Mode.TEXT, SearchFilter.NONE), one, 10_000)
                .orElseThrow();
        assertThat(beyond.passage()).isNull();
        assertThat(beyond.cut()).isFalse();
        assertThat(beyond.characters()).isEqualTo(51);
        SearchRequest live = request("green", Mode.TEXT, SearchFilter.NONE);
        SearchExplanation elsewhere = explain(
                        new SearchRequest(live.knowledgeBaseIds(), "green", live.questions(), Mode.TEXT, 10, null, 7),
                        one,
                        null)
                .orElseThrow();
        assertThat(elsewhere.generation()).isEqualTo(7);
        assertThat(elsewhere.cut()).isTrue();
        assertThat(elsewhere.passage()).isNull();
    }

    @Test
    void anotherTenantsDocumentIsNone() throws SQLException {
        Tenant other = Tenant.create(migrated, "not-explained");
        other.index(other.version("a.txt", "e", 1), "en", "green");
        SearchRequest request = new SearchRequest(
                List.of(tenant.knowledgeBaseId(), other.knowledgeBaseId()), "green", Map.of(), Mode.TEXT, 10, null);
        assertThat(explain(request, document(other, "a.txt"), null)).isEmpty();
        assertThat(explain(request, UUID.randomUUID(), null)).isEmpty();
        assertThat(explainer.explain(TenantContext.NONE, request, one, null)).isEmpty();
    }

    private SearchRequest request(String query, Mode mode, SearchFilter filter) {
        return new SearchRequest(
                List.of(tenant.knowledgeBaseId()),
                query,
                Map.of(Tenant.MODEL, new EmbeddedQuestion(Tenant.axis(0), Set.of())),
                mode,
                10,
                null,
                null,
                filter);
    }

    private Optional<SearchExplanation> explain(SearchRequest request, UUID document, @Nullable Integer at)
            throws SQLException {
        return explainer.explain(tenant.context(), request, document, at);
    }

    private static Passage passage(Optional<SearchExplanation> explanation) {
        return Objects.requireNonNull(explanation.orElseThrow().passage());
    }

    private static UUID document(Tenant tenant, String path) throws SQLException {
        return tenant.read(UUID.class, "select id from knowledge_documents where file_path = ?", tenant.key(path));
    }
}
