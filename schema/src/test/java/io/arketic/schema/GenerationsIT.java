package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.GenerationPlan;
import io.arketic.schema.generation.GenerationState;
import io.arketic.schema.generation.IndexGeneration;
import io.arketic.schema.generation.IndexGenerations;
import io.arketic.schema.generation.MissingDocument;
import io.arketic.schema.generation.StoredText;
import io.arketic.schema.generation.SwitchOutcome;
import io.arketic.schema.generation.SwitchOutcome.Incomplete;
import io.arketic.schema.generation.SwitchOutcome.Switched;
import io.arketic.schema.generation.SwitchOutcome.Unavailable;
import io.arketic.schema.generation.TextBlock;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ReplaceOutcome.Moved;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.search.ChunkSearch;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.search.SearchRequest.Mode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class GenerationsIT {

    private static final GenerationPlan PLAN = new GenerationPlan("other-model", 500, 50, 0.25);

    private Migrated migrated;
    private IndexGenerations generations;
    private GenerationFill fill;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Migrated.open(10);
        generations = new IndexGenerations(migrated.database());
        fill = new GenerationFill(migrated.ingest());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void makeTenant() throws SQLException {
        tenant = Tenant.create(migrated, "generations-" + tenants++);
    }

    @Test
    void aGenerationIsFilledBesideTheLiveOneAndSwitchedToAndBack() throws SQLException {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "Alpha one", "Alpha two");
        tenant.index(tenant.version("b.txt", "e1", 1), "en", "Beta");
        assertThat(begin()).isEqualTo(2);
        assertThat(activate(2)).isEqualTo(new Incomplete(2, 2));
        assertThat(state(2)).isEqualTo(GenerationState.BUILDING);

        assertThat(fillAll()).isEqualTo(2);
        assertThat(fill.tidy()).isTrue();
        IndexGeneration ready = generation(2);
        assertThat(ready.state()).isEqualTo(GenerationState.READY);
        assertThat(ready.documentsDone()).isEqualTo(2).isEqualTo(ready.documents());
        assertThat(ready.remaining()).isEqualTo(Duration.ZERO);
        assertThat(live()).containsExactly("1 Alpha one", "1 Alpha two", "1 Beta");

        assertThat(activate(2)).isEqualTo(new Switched(2, 1));
        assertThat(live()).containsExactly("2 Alpha one | Alpha two", "2 Beta");
        assertThat(base()).isEqualTo("2 other-model 500 50 0.2500");
        tidyAll();
        assertThat(drift()).isZero();
        assertThat(tenant.read(String.class, """
                        select string_agg(concat_ws(' ', chunk_count, indexed_generation, embedding_model_used), ', ')
                        from knowledge_documents
                        """)).isEqualTo("1 2 other-model, 1 2 other-model");

        assertThat(generations.rollBack(tenant.context(), tenant.knowledgeBaseId(), 1))
                .isEqualTo(new Switched(1, 2));
        assertThat(live()).containsExactly("1 Alpha one", "1 Alpha two", "1 Beta");
        assertThat(base()).isEqualTo("1 test-model 1000 200 0.7000");
        tidyAll();
        assertThat(drift()).isZero();
    }

    @Test
    void newChangedAndDeletedDocumentsReachEveryGenerationThatIsKept() throws SQLException {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "Old words");
        tenant.index(tenant.version("gone.txt", "e1", 1), "en", "Gone words");
        begin();
        fillAll();
        activate(2);
        tidyAll();
        KnowledgeTarget second = target(2);

        IngestLedger ledger = new IngestLedger(migrated.ingest());
        ObjectVersion changed = tenant.version("a.txt", "e2", 2);
        ledger.admit(second, changed);
        KnowledgeStore store = new KnowledgeStore(migrated.ingest());
        store.replace(second, changed, Tenant.document("en", "New words"), Tenant.chunks("New words"), StepTimes.NONE);
        store.delete(second, "knowledge", tenant.key("gone.txt"));
        assertThat(live()).containsExactly("2 New words");

        assertThat(generations.rollBack(tenant.context(), tenant.knowledgeBaseId(), 1))
                .isEqualTo(new Incomplete(1, 1));
        assertThat(fillAll()).isEqualTo(1);
        assertThat(generations.rollBack(tenant.context(), tenant.knowledgeBaseId(), 1))
                .isEqualTo(new Switched(1, 2));
        assertThat(live()).containsExactly("1 New words");
    }

    @Test
    void theIngestOfAGenerationThatIsNotLiveAnyMoreWritesNothing() throws SQLException {
        begin();
        assertThat(state(2)).isEqualTo(GenerationState.READY); // there is nothing to be done
        assertThat(activate(2)).isEqualTo(new Switched(2, 1));

        assertThat(tenant.index(tenant.version("late.txt", "e1", 1), "en", "Late"))
                .isInstanceOf(Moved.class);
        assertThat(tenant.read(Long.class, "select count(*) from knowledge_documents"))
                .isZero();
        assertThat(tenant.read(String.class, "select state::text from ingest_ledger"))
                .isEqualTo("received");
    }

    @Test
    void aVersionThatIsReplacedWhileItIsCutIsNotWritten() throws SQLException {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "First");
        begin();
        MissingDocument first = work().get(0);
        tenant.index(tenant.version("a.txt", "e2", 2), "en", "Second");

        assertThat(fill.read(first)).isEmpty();
        assertThat(fill.write(first, Tenant.chunks("First"))).isFalse();
        assertThat(work()).extracting(MissingDocument::version).containsExactly(2);
        assertThat(fillAll()).isEqualTo(1);
        assertThat(tenant.read(String.class, "select content from knowledge_chunks where generation = 2"))
                .isEqualTo("Second");
    }

    @Test
    void oneAtATimeAlsoWhenSeveralAskAtOnce() throws Exception {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "Words");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> begun = IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> generations
                            .begin(tenant.context(), tenant.knowledgeBaseId(), PLAN)
                            .orElse(0)))
                    .toList();
            int sum = 0;
            for (Future<Integer> one : begun) {
                sum += one.get();
            }
            assertThat(sum).isEqualTo(2);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatIsCancelledOrPrunedGoesAndAnotherCanBegin() throws SQLException {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "One", "Two");
        begin();
        MissingDocument document = work().get(0);
        fillAll();
        assertThat(generations.cancel(tenant.context(), tenant.knowledgeBaseId(), 2))
                .isTrue();
        assertThat(generations.cancel(tenant.context(), tenant.knowledgeBaseId(), 2))
                .as("repeated")
                .isTrue();
        assertThat(generations.cancel(tenant.context(), tenant.knowledgeBaseId(), 1))
                .as("of the one that is searched")
                .isFalse();
        assertThat(fill.write(document, Tenant.chunks("One"))).isFalse();
        assertThat(activate(2)).isInstanceOf(Unavailable.class);
        tidyAll();
        assertThat(chunks(2)).isZero();
        assertThat(chunks(1)).isEqualTo(2);

        assertThat(begin()).isEqualTo(3);
        fillAll();
        activate(3);
        assertThat(generations.prune(tenant.context(), tenant.knowledgeBaseId(), 3))
                .isFalse();
        assertThat(generations.prune(tenant.context(), tenant.knowledgeBaseId(), 1))
                .isTrue();
        tidyAll();
        assertThat(chunks(1)).isZero();
        assertThat(drift()).isZero();
        assertThat(generations.rollBack(tenant.context(), tenant.knowledgeBaseId(), 1))
                .isInstanceOf(Unavailable.class);
        assertThat(live()).containsExactly("3 One | Two");
    }

    @Test
    void aGenerationThatFailedIsLeftAloneAndTheLiveOneUntouched() throws SQLException {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "Words");
        begin();
        MissingDocument found = work().get(0);
        fill.pause(target(2), "EMBEDDING_UNAVAILABLE", "nobody there", Duration.ofMinutes(5));
        assertThat(generation(2).problem()).isEqualTo("EMBEDDING_UNAVAILABLE");
        assertThat(generation(2).resumeAt()).isAfter(generation(2).createdAt());
        assertThat(work()).isEmpty();
        assertThat(fill.read(found)).as("found before it waits").isEmpty();
        fill.resume(target(2));
        assertThat(work()).hasSize(1);
        assertThat(fill.read(found)).isPresent();

        fill.fail(target(2), "EMBEDDING_REFUSED", "a.txt: too long");
        assertThat(state(2)).isEqualTo(GenerationState.FAILED);
        assertThat(work()).isEmpty();
        assertThat(live()).containsExactly("1 Words");
        assertThat(begin()).isEqualTo(3);
        assertThat(state(2)).isEqualTo(GenerationState.PRUNED);
    }

    @Test
    void knowledgeBasesTakeTurns() throws SQLException {
        Tenant other = Tenant.create(migrated, "generations-other-" + tenants++);
        for (int i = 0; i < 5; i++) {
            tenant.index(tenant.version(i + ".txt", "e1", 1), "en", "Words");
        }
        other.index(other.version("only.txt", "e1", 1), "en", "Words");
        begin();
        generations.begin(other.context(), other.knowledgeBaseId(), PLAN);

        assertThat(fill.missing(100).stream()
                        .filter(document -> document.target().organizationId().equals(other.organizationId())
                                || document.target().organizationId().equals(tenant.organizationId()))
                        .limit(2)
                        .map(document -> document.target().organizationId()))
                .containsExactlyInAnyOrder(tenant.organizationId(), other.organizationId());
    }

    @Test
    void theStructureOfATextIsKept() throws SQLException {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "Words and words");
        begin();
        StoredText stored = fill.read(work().get(0)).orElseThrow();
        assertThat(stored)
                .isEqualTo(new StoredText(
                        "Words and words",
                        List.of(0),
                        List.of(new TextBlock("heading", 1, 0, 3)),
                        "en",
                        "file.txt",
                        null,
                        "text/plain"));
    }

    @Test
    void anotherGenerationThanTheLiveOneCanBeSearchedToCompare() throws SQLException {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "Same words", "More words");
        begin();
        fillAll();
        assertThat(search(2)).containsExactly("2 Same words | More words");
        assertThat(search(null)).allMatch(text -> text.startsWith("1 "));
    }

    private int begin() throws SQLException {
        return generations
                .begin(tenant.context(), tenant.knowledgeBaseId(), PLAN)
                .orElseThrow();
    }

    private SwitchOutcome activate(int generation) throws SQLException {
        return generations.activate(tenant.context(), tenant.knowledgeBaseId(), generation);
    }

    private KnowledgeTarget target(int generation) {
        return new KnowledgeTarget(
                tenant.organizationId(), tenant.knowledgeBaseId(), generation, PLAN.embeddingModel(), 500, 50);
    }

    /** Returns what this tenant's generations lack. */
    private List<MissingDocument> work() throws SQLException {
        return fill.missing(1_000).stream()
                .filter(document -> document.target().organizationId().equals(tenant.organizationId()))
                .toList();
    }

    /** Writes into generation 1 as it was, and into others each document as one chunk. */
    private int fillAll() throws SQLException {
        int filled = 0;
        for (MissingDocument document : work()) {
            String text = fill.read(document).orElseThrow().text();
            assertThat(fill.write(document, Tenant.chunks(text.replace("\n", " | "))))
                    .isTrue();
            filled++;
        }
        return filled;
    }

    private void tidyAll() throws SQLException {
        boolean more = true;
        while (more) {
            more = fill.tidy();
        }
    }

    private GenerationState state(int generation) throws SQLException {
        return generation(generation).state();
    }

    private IndexGeneration generation(int generation) throws SQLException {
        return generations
                .find(tenant.context(), tenant.knowledgeBaseId(), generation)
                .orElseThrow();
    }

    private long chunks(int generation) throws SQLException {
        return tenant.read(Long.class, "select count(*) from knowledge_chunks where generation = ?", generation);
    }

    private String base() throws SQLException {
        return tenant.read(
                String.class,
                "select concat_ws(' ', active_generation, embedding_model, chunk_size, chunk_overlap, similarity_threshold)"
                        + " from knowledge_bases");
    }

    private List<String> live() throws SQLException {
        return List.of(tenant.read(String.class, """
                        select string_agg(concat_ws(' ', c.generation, c.content), ';' order by c.content)
                        from knowledge_chunks c
                        join knowledge_bases b on b.id = c.knowledge_base_id and b.active_generation = c.generation
                        """).split(";"));
    }

    private List<String> search(Integer generation) throws SQLException {
        return new ChunkSearch(migrated.database())
                        .search(
                                tenant.context(),
                                new SearchRequest(
                                        List.of(tenant.knowledgeBaseId()),
                                        "words",
                                        Map.of(),
                                        Mode.TEXT,
                                        10,
                                        null,
                                        generation))
                        .stream()
                        .map(hit -> hit.generation() + " " + hit.text())
                        .toList();
    }

    private long drift() throws SQLException {
        try (var connection = migrated.superuser()) {
            return Tenant.one(
                    connection,
                    Long.class,
                    "select count(*) from counter_drift() where row_id in (select id from knowledge_documents"
                            + " where organization_id = ? union select id from knowledge_bases where organization_id = ?)",
                    tenant.organizationId(),
                    tenant.organizationId());
        }
    }
}
