package io.arketic.schema.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests that a search for missing documents does not begin at the first document each time, and misses none. */
class FillPositionIT {

    private static final GenerationPlan PLAN = new GenerationPlan("other-model", 500, 50, 0.25);
    private static final int DOCUMENTS = 9;

    @Test
    void aSearchGoesOnBehindTheLastDocumentAndLaterFindsWhatChangedBeforeIt() throws SQLException {
        try (Migrated migrated = Migrated.open()) {
            Tenant tenant = Tenant.create(migrated, "positions");
            for (int i = 0; i < DOCUMENTS; i++) {
                tenant.index(tenant.version(i + ".txt", "e1", 1), "en", "Words " + i);
            }
            new IndexGenerations(migrated.database()).begin(tenant.context(), tenant.knowledgeBaseId(), PLAN);
            GenerationFill fill = new GenerationFill(migrated.ingest());
            FillPosition position = new FillPosition();

            List<MissingDocument> found = new ArrayList<>();
            while (found.size() < DOCUMENTS) {
                found.addAll(fill.missing(2, position));
            }
            assertThat(found).as("each once, although none is filled yet").hasSize(DOCUMENTS);
            assertThat(new HashSet<>(found)).hasSize(DOCUMENTS);
            for (MissingDocument document : found) {
                assertThat(fill.write(document, Tenant.chunks("Chunk"))).isTrue();
            }
            assertThat(fill.missing(2, position)).isEmpty();

            tenant.index(tenant.version("0.txt", "e2", 2), "en", "Other words");
            tenant.index(tenant.version("8.txt", "e2", 2), "en", "Other words");
            assertThat(paths(fill.missing(1, position))).hasSize(1);
            Set<String> changed = new HashSet<>(paths(fill.missing(2, new FillPosition())));
            assertThat(changed).containsExactlyInAnyOrder(tenant.key("0.txt"), tenant.key("8.txt"));
            for (MissingDocument document : fill.missing(1, position)) {
                fill.write(document, Tenant.chunks("Chunk"));
            }
            assertThat(fill.missing(2, position)).as("what was passed").hasSize(1);
        }
    }

    private static List<String> paths(List<MissingDocument> documents) {
        return documents.stream().map(MissingDocument::filePath).toList();
    }
}
