package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KnownEmbeddingsIT {

    @Test
    void aTextIsKnownToItsModelAndItsOrganizationOnly() throws SQLException {
        try (Migrated migrated = Migrated.open()) {
            KnownEmbeddings known = new KnownEmbeddings(migrated.database());
            Tenant tenant = Tenant.create(migrated.database(), "known");
            Tenant other = Tenant.create(migrated.database(), "other");
            tenant.index(tenant.version("a.txt", "e", 1), "en", "Zoë 🚢", "Second", "Second");

            Map<String, float[]> found = known.find(tenant.target(), List.of("Zoë 🚢", "Second", "Third"));
            assertThat(found).containsOnlyKeys("Zoë 🚢", "Second");
            assertThat(found.get("Zoë 🚢")).containsExactly(Tenant.axis(0));
            assertThat(known.find(tenant.target(), List.of())).isEmpty();
            assertThat(known.find(other.target(), List.of("Second"))).isEmpty();
            KnowledgeTarget otherModel = new KnowledgeTarget(
                    tenant.organizationId(), tenant.knowledgeBaseId(), 1, "another-model", 1000, 200);
            assertThat(known.find(otherModel, List.of("Second"))).isEmpty();
        }
    }
}
