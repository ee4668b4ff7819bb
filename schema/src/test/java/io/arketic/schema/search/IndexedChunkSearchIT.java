package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant;
import io.arketic.schema.generation.LargeGenerations;
import java.sql.Connection;
import java.sql.SQLException;

/** Tests that the indexes of a large generation find what a comparison with every chunk finds. */
class IndexedChunkSearchIT extends ChunkSearchIT {

    @Override
    void prepare() throws SQLException {
        new LargeGenerations(migrated.maintenance()).run(1);
        try (Connection connection = migrated.superuser()) {
            assertThat(Tenant.one(connection, Long.class, """
                            select count(*) from knowledge_bases b
                            where b.total_chunks > 0 and not exists (
                                select from index_parts p
                                where p.knowledge_base_id = b.id and p.generation = b.active_generation
                                  and p.ready_at is not null)
                              and exists (
                                select from knowledge_chunks c
                                where c.knowledge_base_id = b.id and c.generation = b.active_generation)
                            """))
                    .as("searched without an index")
                    .isZero();
        }
    }
}
