package io.arketic.schema.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.migration.RetentionMaintenance;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KnownEmbeddingsIT {

    private Migrated migrated;
    private KnownEmbeddings known;
    private Tenant tenant;

    @BeforeEach
    void open() throws SQLException {
        migrated = Migrated.open();
        known = new KnownEmbeddings(migrated.ingest());
        tenant = Tenant.create(migrated, "known");
    }

    @AfterEach
    void close() {
        migrated.close();
    }

    @Test
    void aTextIsKnownToItsModelAndItsOrganizationOnly() throws SQLException {
        Tenant other = Tenant.create(migrated, "other");
        tenant.index(tenant.version("a.txt", "e", 1), "en", "Zoë 🚢", "Second", "Second");
        assertKnownToItsOwnOnly(other);

        remove("a.txt");

        assertThat(tenant.read(Long.class, "select count(*) from knowledge_chunks"))
                .isZero();
        assertKnownToItsOwnOnly(other);
    }

    @Test
    void vectorsOfADocumentThatIsNotCompleteAreKeptForItsOrganization() throws SQLException {
        Tenant other = Tenant.create(migrated, "other");
        Map<String, float[]> made = Map.of("First", Tenant.axis(1), "Second", Tenant.axis(2));
        known.keep(tenant.target(), made);
        known.keep(tenant.target(), made);

        assertThat(known.find(tenant.target(), List.of("First", "Second", "Third")))
                .containsOnlyKeys("First", "Second")
                .hasEntrySatisfying("Second", vector -> assertThat(vector).isEqualTo(Tenant.axis(2)));
        assertThat(known.find(other.target(), List.of("First"))).isEmpty();
    }

    @Test
    void aDocumentLargerThanTheCacheIsKeptWhileItIsUnfinished() throws SQLException {
        KnownEmbeddings small =
                new KnownEmbeddings(migrated.ingest(), new EmbeddingCache(3, EmbeddingCache.DEFAULT.lifetime()));
        KnowledgeStore store =
                new KnowledgeStore(migrated.ingest(), new EmbeddingCache(3, EmbeddingCache.DEFAULT.lifetime()));
        List<String> texts = IntStream.range(0, 20).mapToObj(i -> "Part " + i).toList();
        for (String text : texts) {
            small.keep(tenant.target(), Map.of(text, Tenant.axis(1)));
        }
        tenant.index(tenant.version("a.txt", "e", 1), "en", "One", "Two", "Three", "Four");
        store.delete(tenant.target(), "knowledge", tenant.key("a.txt"));

        assertThat(small.find(tenant.target(), texts)).hasSize(20);
        assertThat(small.find(tenant.target(), List.of("One", "Two", "Three", "Four")))
                .hasSize(3);

        small.forget(tenant.target(), texts);
        assertThat(small.find(tenant.target(), texts)).isEmpty();
        assertThat(cached()).as("of removed chunks").isEqualTo(3);
    }

    @Test
    void aVectorThatIsKeptReplacesAnotherAndOneThatHadItsTime() throws SQLException {
        known.keep(tenant.target(), Map.of("Same", Tenant.axis(1)));
        execute("update embedding_cache set kept_until = now() - interval '1 second'");
        known.keep(tenant.target(), Map.of("Same", Tenant.axis(2)));

        assertThat(known.find(tenant.target(), List.of("Same")))
                .hasEntrySatisfying("Same", vector -> assertThat(vector).isEqualTo(Tenant.axis(2)));
    }

    /** Checks that a text does not take a vector with another document's name. */
    @Test
    void aVectorIsKnownByTheTextThatItWasMadeOf() throws SQLException {
        EmbeddedChunk chunk = new EmbeddedChunk(
                0, "text", null, 0, 4, "Text", null, 3, "Report", "Report\n\nText", Tenant.axis(2), false);
        new KnowledgeStore(migrated.ingest())
                .replace(
                        tenant.target(),
                        tenant.version("a.txt", "e", 1),
                        Tenant.document("en", "Text"),
                        List.of(chunk),
                        StepTimes.NONE);
        assertThat(find("Text", "Report\n\nText")).containsOnlyKeys("Report\n\nText");

        remove("a.txt");

        assertThat(find("Text", "Report\n\nText")).containsOnlyKeys("Report\n\nText");
    }

    private void assertKnownToItsOwnOnly(Tenant other) throws SQLException {
        Map<String, float[]> found = known.find(tenant.target(), List.of("Zoë 🚢", "Second", "Third"));
        assertThat(found).containsOnlyKeys("Zoë 🚢", "Second");
        assertThat(found.get("Zoë 🚢")).containsExactly(Tenant.axis(0));
        assertThat(known.find(tenant.target(), List.of())).isEmpty();
        assertThat(known.find(other.target(), List.of("Second"))).isEmpty();
        KnowledgeTarget otherModel =
                new KnowledgeTarget(tenant.organizationId(), tenant.knowledgeBaseId(), 1, "another-model", 1000, 200);
        assertThat(known.find(otherModel, List.of("Second"))).isEmpty();
    }

    @Test
    void whatIsReplacedRemovedWithdrawnOrGivenUpIsKnownForAWhile() throws SQLException {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "Former");
        tenant.index(tenant.version("a.txt", "e2", 2), "en", "Present");
        ObjectVersion broken = tenant.version("a.txt", "e3", 3);
        IngestLedger ledger = new IngestLedger(migrated.ingest());
        ledger.admit(tenant.target(), broken);
        ledger.bury(tenant.target(), broken, "CORRUPT", "no end", StepTimes.NONE);
        tenant.index(tenant.version("b.txt", "e1", 1), "en", "Removed");
        remove("b.txt");
        assertThat(find("Former", "Present", "Removed")).containsOnlyKeys("Former", "Present", "Removed");

        tenant.index(tenant.version("c.txt", "e1", 1), "en", "Given up");
        IndexGenerations generations = new IndexGenerations(migrated.database());
        generations.begin(tenant.context(), tenant.knowledgeBaseId(), new GenerationPlan(Tenant.MODEL, 10, 2, 0.5));
        GenerationFill fill = new GenerationFill(migrated.ingest());
        for (MissingDocument document : fill.missing(10)) {
            fill.write(document, Tenant.chunks("Given", "up"));
        }
        generations.cancel(tenant.context(), tenant.knowledgeBaseId(), 2);
        while (fill.tidy()) {
            // until nothing is left to be done
        }
        assertThat(tenant.read(Long.class, "select count(*) from knowledge_chunks"))
                .isEqualTo(1);
        assertThat(find("Given", "up")).containsOnlyKeys("Given", "up");

        execute("update embedding_cache set kept_until = now() - interval '1 second'");
        assertThat(find("Former", "Removed", "Given", "Given up")).containsOnlyKeys("Given up");
        assertThat(new RetentionMaintenance(migrated.maintenance()).run().removed())
                .containsEntry("embedding_cache", 5L);
        assertThat(cached()).isZero();
    }

    @Test
    void anOrganizationHasSoManyAtMostAndTheNewestAreLeft() throws SQLException {
        KnowledgeStore store =
                new KnowledgeStore(migrated.ingest(), new EmbeddingCache(3, EmbeddingCache.DEFAULT.lifetime()));
        Tenant other = Tenant.create(migrated, "other");
        other.index(other.version("a.txt", "e", 1), "en", "Elsewhere");
        store.delete(other.target(), "knowledge", other.key("a.txt"));
        for (int i = 1; i <= 5; i++) {
            tenant.index(tenant.version(i + ".txt", "e", 1), "en", "Text " + i);
            store.delete(tenant.target(), "knowledge", tenant.key(i + ".txt"));
        }
        assertThat(find("Text 1", "Text 2", "Text 3", "Text 4", "Text 5"))
                .containsOnlyKeys("Text 3", "Text 4", "Text 5");
        assertThat(known.find(other.target(), List.of("Elsewhere"))).hasSize(1);

        // Taken away again, it is the newest; a document of more than all is kept in part.
        tenant.index(tenant.version("3.txt", "e", 9), "en", "Text 3");
        store.delete(tenant.target(), "knowledge", tenant.key("3.txt"));
        tenant.index(tenant.version("6.txt", "e", 1), "en", "Text 6");
        store.delete(tenant.target(), "knowledge", tenant.key("6.txt"));
        assertThat(find("Text 3", "Text 4", "Text 5", "Text 6")).containsOnlyKeys("Text 3", "Text 5", "Text 6");
        String[] many = IntStream.range(0, 10).mapToObj(i -> "Many " + i).toArray(String[]::new);
        tenant.index(tenant.version("many.txt", "e", 1), "en", many);
        store.delete(tenant.target(), "knowledge", tenant.key("many.txt"));
        assertThat(find(many)).hasSize(3);
        assertThat(tenant.read(Long.class, "select count(*) from embedding_cache"))
                .isEqualTo(3);
    }

    @Test
    void aLifetimeOfZeroKeepsNothingAndMoreThanADayIsRefused() throws SQLException {
        KnowledgeStore store = new KnowledgeStore(migrated.ingest(), new EmbeddingCache(3, Duration.ZERO));
        tenant.index(tenant.version("a.txt", "e", 1), "en", "Gone");
        assertThat(store.delete(tenant.target(), "knowledge", tenant.key("a.txt")))
                .hasValue(1);
        assertThat(cached()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddingCache(3, Duration.ofHours(25)))
                .withMessageContaining("cache-lifetime");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddingCache(0, Duration.ofHours(1)))
                .withMessageContaining("cache-size");
    }

    @Test
    void aKnowledgeBaseThatGoesLeavesNothingBehind() throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 1), "en", "Former");
        tenant.index(tenant.version("b.txt", "e", 1), "en", "Later");
        remove("a.txt");
        assertThat(cached()).isEqualTo(1);
        execute("update knowledge_bases set is_active = false, removal_requested_at = now()");

        remove("b.txt");
        assertThat(cached()).isEqualTo(1);
        execute("delete from knowledge_bases");

        assertThat(cached()).isZero();
    }

    private void remove(String path) throws SQLException {
        assertThat(new KnowledgeStore(migrated.ingest()).delete(tenant.target(), "knowledge", tenant.key(path)))
                .isPresent();
    }

    private Map<String, float[]> find(String... texts) throws SQLException {
        return known.find(tenant.target(), List.of(texts));
    }

    private long cached() throws SQLException {
        try (Connection connection = migrated.superuser()) {
            return Tenant.one(connection, Long.class, "select count(*) from embedding_cache");
        }
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = migrated.superuser();
                Statement run = connection.createStatement()) {
            run.execute(statement);
        }
    }
}
