package io.arketic.schema.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class KeywordsIT {

    private Migrated migrated;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void makeTenant() throws SQLException {
        tenant = Tenant.create(migrated, "keywords-" + tenants++);
    }

    @Test
    void rareWordsOfAKnowledgeBaseComeBeforeItsFrequentOnes() throws SQLException {
        for (int i = 0; i < 24; i++) {
            tenant.index(tenant.version("note-" + i + ".txt", "e", i), "en", "The pump runs and its filter is clean.");
        }
        String text = "The pump has a broken impeller. The impeller of the pump is loud, as is its filter.";
        tenant.index(tenant.version("special.txt", "e", 30), "en", text);
        assertThat(keywords(text)).containsExactly("impeller", "broken", "loud", "pump", "filter");

        new IndexGenerations(migrated.database())
                .begin(tenant.context(), tenant.knowledgeBaseId(), new GenerationPlan(Tenant.MODEL, 1000, 100, 0.1));
        GenerationFill fill = new GenerationFill(migrated.ingest());
        for (MissingDocument document : fill.missing(100)) {
            if (document.filePath().endsWith("special.txt")) {
                assertThat(fill.write(document, Tenant.chunks(text))).isTrue();
            }
        }
        assertThat(tenant.read(
                        Long.class,
                        "select count(*) from knowledge_chunks where content = ? and keywords ->> 0 = 'impeller'",
                        text))
                .as("in both generations")
                .isEqualTo(2);
    }

    @Test
    void formsOfAWordAreOneKeywordInTheirLanguage() throws SQLException {
        String text = "Die Pumpen laufen. Die Pumpe ist laut, und in Raum 12 läuft die Pumpe.";
        tenant.index(tenant.version("a.txt", "e", 1), "de", text);
        assertThat(keywords(text)).startsWith("pumpe").contains("laut", "raum").doesNotContain("pumpen", "die", "12");
        String chinese = "水泵的过滤器需要清洗";
        tenant.index(tenant.version("b.txt", "e", 2), "zh", chinese);
        assertThat(keywords(chinese)).as("pairs of characters").hasSize(8).allMatch(pair -> pair.length() == 2);
    }

    @Test
    void theCountsOfADeletedDocumentGoWithinADay() throws SQLException {
        for (int i = 0; i < 24; i++) {
            tenant.index(tenant.version("note-" + i + ".txt", "e", i), "en", "The confidential pump runs.");
        }
        assertThat(counted()).isEqualTo(1);
        migrated.execute("update knowledge_words set counted_at = now() - interval '25 hours'");
        migrated.execute("select * from purge_embedding_cache(100)");
        assertThat(counted()).isZero();
    }

    private long counted() throws SQLException {
        try (Connection connection = migrated.superuser()) {
            return Tenant.one(
                    connection,
                    Long.class,
                    "select count(*) from knowledge_words where knowledge_base_id = ? and words ->> 'confidenti' <> ''",
                    tenant.knowledgeBaseId());
        }
    }

    private List<String> keywords(String content) throws SQLException {
        return List.of(tenant.read(String.class, """
                        select string_agg(k.word, ' ' order by k.place)
                        from knowledge_chunks c
                        cross join jsonb_array_elements_text(c.keywords) with ordinality k (word, place)
                        where c.content = ?
                        """, content).split(" "));
    }
}
