package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.ReplaceOutcome.Replaced;
import io.arketic.schema.ReplaceOutcome.Superseded;
import io.arketic.schema.SearchRequest.Mode;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class KnowledgeStoreIT {

    private Tenant.Migrated migrated;
    private KnowledgeStore store;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Tenant.Migrated.open();
        store = new KnowledgeStore(migrated.database());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void makeTenant() throws SQLException {
        tenant = Tenant.create(migrated.database(), "store-" + tenants++);
    }

    @Test
    void aDocumentIsFoundAfterItsReplace() throws SQLException {
        ReplaceOutcome outcome =
                tenant.index(tenant.version("a.txt", "e1", 1), "en", "The harbour opens at noon.", "Cats sleep.");
        assertThat(outcome).isInstanceOfSatisfying(Replaced.class, replaced -> {
            assertThat(replaced.version()).isEqualTo(1);
            assertThat(replaced.chunks()).isEqualTo(2);
        });
        List<ChunkHit> hits = new ChunkSearch(migrated.database())
                .search(
                        tenant.context(),
                        new SearchRequest(
                                List.of(tenant.knowledgeBaseId()),
                                "When does the harbor or harbour open?",
                                Map.of(Tenant.MODEL, Tenant.axis(0)),
                                Mode.HYBRID,
                                5,
                                null));
        assertThat(hits).hasSize(1);
        assertThat(hits.get(0).text()).isEqualTo("The harbour opens at noon.");
        assertThat(hits.get(0).similarity()).isEqualTo(1.0);
    }

    @Test
    void anOlderVersionIsSuperseded() throws SQLException {
        tenant.index(tenant.version("a.txt", "e2", 2), "en", "new");
        assertThat(tenant.index(tenant.version("a.txt", "e1", 1), "en", "old")).isInstanceOf(Superseded.class);
    }
}
