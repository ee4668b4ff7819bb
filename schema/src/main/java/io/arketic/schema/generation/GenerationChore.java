package io.arketic.schema.generation;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Does the work that follows from a generation's state, in bounded transactions. */
record GenerationChore(UUID organizationId, UUID knowledgeBaseId, int generation, GenerationState state) {

    static List<GenerationChore> list(TenantDatabase database) throws SQLException {
        return database.transaction(TenantContext.NONE, connection -> {
            List<GenerationChore> chores = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                            "select organization_id, knowledge_base_id, generation, state from generation_chores()");
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    chores.add(new GenerationChore(
                            row.getObject(1, UUID.class),
                            row.getObject(2, UUID.class),
                            row.getInt(3),
                            GenerationState.of(row.getString(4))));
                }
            }
            return chores;
        });
    }

    TenantContext context() {
        return TenantContext.ofOrganization(organizationId);
    }

    /** @return whether anything was done */
    boolean run(Connection connection, EmbeddingCache cache, int atMost) throws SQLException {
        return switch (state) {
            case BUILDING ->
                GenerationRows.isComplete(connection, knowledgeBaseId, generation) && update(connection, """
                                update index_generations g set state = 'ready', ready_at = clock_timestamp()
                                where g.knowledge_base_id = ? and g.generation = ? and g.state = 'building'
                                  and not exists (
                                      select from index_parts p
                                      where p.knowledge_base_id = g.knowledge_base_id and p.generation = g.generation
                                        and p.ready_at is null and p.closed_at is null)
                                """) > 0;
            case ACTIVE -> bringInLine(connection, atMost) > 0 || settle(connection);
            case CANCELLED, PRUNED -> remove(connection, cache, atMost);
            case READY, RETIRED, FAILED -> false;
        };
    }

    /** Sets the columns of documents that describe the live chunks. */
    private int bringInLine(Connection connection, int atMost) throws SQLException {
        String update = """
                update knowledge_documents d
                set indexed_generation = e.generation, chunk_count = e.chunks, embedding_model_used = g.embedding_model
                from document_generations e
                join index_generations g on g.knowledge_base_id = e.knowledge_base_id and g.generation = e.generation
                where d.id in (
                        select o.id from knowledge_documents o
                        where o.knowledge_base_id = ? and o.indexed_generation <> ?
                        order by o.id limit ? for no key update)
                  and e.document_id = d.id and e.generation = ? and e.document_version = d.version
                  and g.state = 'active'
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setObject(1, knowledgeBaseId);
            statement.setInt(2, generation);
            statement.setInt(3, Math.max(1, atMost / 20)); // each is audited and counted
            statement.setInt(4, generation);
            return statement.executeUpdate();
        }
    }

    private boolean settle(Connection connection) throws SQLException {
        return update(connection, """
                update index_generations g set settled_at = clock_timestamp()
                where g.knowledge_base_id = ? and g.generation = ? and g.state = 'active' and not exists (
                    select from knowledge_documents d
                    where d.knowledge_base_id = g.knowledge_base_id and d.indexed_generation <> g.generation)
                """) > 0;
    }

    /**
     * Removes chunks of a pruned generation, after the documents' columns describe the live one: before, their counts
     * would be of removed chunks.
     */
    private boolean remove(Connection connection, EmbeddingCache cache, int atMost) throws SQLException {
        String delete = """
                delete from knowledge_chunks
                where id in (
                    select c.id from knowledge_chunks c
                    where c.knowledge_base_id = ? and c.generation = ? and not exists (
                        select from index_generations a
                        where a.knowledge_base_id = c.knowledge_base_id and a.state = 'active'
                          and a.settled_at is null)
                    limit ?)
                """;
        if (cache.take(connection, delete, knowledgeBaseId, generation, atMost) > 0) {
            return true;
        }
        int settled = update(connection, """
                update index_generations g set settled_at = clock_timestamp()
                where g.knowledge_base_id = ? and g.generation = ? and g.state in ('cancelled', 'pruned')
                  and not exists (
                      select from knowledge_chunks c
                      where c.knowledge_base_id = g.knowledge_base_id and c.generation = g.generation)
                """);
        if (settled > 0) {
            update(connection, "delete from document_generations where knowledge_base_id = ? and generation = ?");
        }
        return settled > 0;
    }

    private int update(Connection connection, String statementText) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(statementText)) {
            statement.setObject(1, knowledgeBaseId);
            statement.setInt(2, generation);
            return statement.executeUpdate();
        }
    }
}
