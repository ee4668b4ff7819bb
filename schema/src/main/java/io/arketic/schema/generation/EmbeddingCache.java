package io.arketic.schema.generation;

import io.arketic.schema.ledger.KnowledgeTarget;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/**
 * Keeps the vectors of removed chunks for a while, in the same commit, for {@code KnownEmbeddings}. So a file that is
 * moved, or overwritten and restored, is not embedded again. It holds no text.
 *
 * <p>It also keeps the vectors of documents that are not complete yet. These are apart: they neither count as vectors of
 * removed chunks nor push those out. They go after a day, or when a document with the same text is complete.
 *
 * @param vectors of one organization at most; the first that came go first
 * @param lifetime of a vector whose chunk is gone, a day at most; zero keeps none
 */
public record EmbeddingCache(int vectors, Duration lifetime) {

    /** Limits the time for which vectors of deleted content remain. */
    private static final Duration LONGEST = Duration.ofDays(1);

    /** Keeps 20,000 vectors; with 384 dimensions they take 32 MB. */
    public static final EmbeddingCache DEFAULT = new EmbeddingCache(20_000, Duration.ofHours(6));

    /**
     * Limits the vectors of one organization's unfinished documents: the longest document has fewer. Further ones are
     * not kept, so that those that are there remain of use.
     */
    private static final int UNFINISHED = 250_000;

    /** Limits the rows that one commit removes after the limit was lowered. */
    private static final int SURPLUS = 5_000;

    public EmbeddingCache {
        if (vectors < 1) {
            throw new IllegalArgumentException("arketic.embedding.cache-size is " + vectors + ", not at least 1");
        }
        if (lifetime.isNegative() || lifetime.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "arketic.embedding.cache-lifetime is " + lifetime + ", not between 0 and " + LONGEST);
        }
    }

    /**
     * Runs {@code delete}, a deletion of the current organization's chunks without a {@code returning}, and keeps the
     * vectors of the deleted chunks. It keeps none of a knowledge base that is being removed or was imported.
     *
     * @return chunks deleted
     */
    int take(Connection connection, String delete, Object... parameters) throws SQLException {
        // In one order, so that two deletions of the same rows do not deadlock.
        String statement = """
                with gone as (
                    %s
                    returning organization_id, knowledge_base_id,
                        coalesce(embedded_hash, content_hash) as content_hash, embedding_model, embedding
                ), kept as (
                    insert into embedding_cache as e (
                        organization_id, knowledge_base_id, content_hash, embedding_model, embedding, kept_until)
                    select distinct on (g.content_hash, g.embedding_model)
                        g.organization_id, g.knowledge_base_id, g.content_hash, g.embedding_model, g.embedding,
                        clock_timestamp() + ? * interval '1 millisecond'
                    from gone g
                    join knowledge_bases b on b.id = g.knowledge_base_id and b.removal_requested_at is null
                    where g.embedding is not null and g.embedding_model is not null and ?
                      and not exists (select from knowledge_imports i where i.knowledge_base_id = g.knowledge_base_id)
                    order by g.content_hash, g.embedding_model
                    limit ?
                    on conflict (organization_id, content_hash, embedding_model) do update
                    set kept_until = excluded.kept_until, knowledge_base_id = excluded.knowledge_base_id, number = default,
                        embedding = excluded.embedding, unfinished = false
                    returning organization_id
                )
                select (select count(*) from gone), (select organization_id from kept limit 1)
                """.formatted(delete);
        try (PreparedStatement taking = connection.prepareStatement(statement)) {
            int i = 1;
            for (Object parameter : parameters) {
                taking.setObject(i++, parameter);
            }
            taking.setLong(i++, lifetime.toMillis());
            taking.setBoolean(i++, !lifetime.isZero());
            taking.setInt(i, vectors);
            try (ResultSet row = taking.executeQuery()) {
                row.next();
                int deleted = row.getInt(1);
                UUID organization = row.getObject(2, UUID.class);
                if (organization != null) {
                    bound(connection, organization);
                }
                return deleted;
            }
        }
    }

    /**
     * Keeps vectors of a document that is not complete yet, by the hash of their texts. The vector of a text that was
     * kept before is replaced.
     */
    void keep(Connection connection, KnowledgeTarget target, Map<String, float[]> byHash) throws SQLException {
        String insert = """
                insert into embedding_cache as e (
                    organization_id, knowledge_base_id, content_hash, embedding_model, embedding, kept_until, unfinished)
                select b.organization_id, b.id, v.hash, ?, v.embedding::vector,
                    clock_timestamp() + ? * interval '1 millisecond', true
                from unnest(?, ?) with ordinality as v (hash, embedding, place)
                join knowledge_bases b on b.id = ? and b.removal_requested_at is null
                where not exists (select from knowledge_imports i where i.knowledge_base_id = b.id)
                  and (select count(*) from (
                      select from embedding_cache u where u.organization_id = ? and u.unfinished limit ?) kept) < ?
                order by v.place
                on conflict (organization_id, content_hash, embedding_model) do update
                set embedding = excluded.embedding, kept_until = excluded.kept_until, unfinished = true,
                    knowledge_base_id = excluded.knowledge_base_id
                """;
        if (lifetime.isZero()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setString(1, target.embeddingModel());
            statement.setLong(2, LONGEST.toMillis());
            statement.setArray(
                    3, connection.createArrayOf("text", byHash.keySet().toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "text",
                            byHash.values().stream().map(Arrays::toString).toArray()));
            statement.setObject(5, target.knowledgeBaseId());
            statement.setObject(6, target.organizationId());
            statement.setInt(7, UNFINISHED);
            statement.setInt(8, UNFINISHED);
            statement.executeUpdate();
        }
    }

    /** Forgets the vectors that were kept while a document was not complete. */
    void forget(Connection connection, KnowledgeTarget target, Collection<String> hashes) throws SQLException {
        String delete = """
                delete from embedding_cache
                where (organization_id, content_hash, embedding_model) in (
                    select e.organization_id, e.content_hash, e.embedding_model from embedding_cache e
                    where e.organization_id = ? and e.content_hash = any(?) and e.embedding_model = ? and e.unfinished
                    order by e.content_hash for update)
                """;
        try (PreparedStatement statement = connection.prepareStatement(delete)) {
            statement.setObject(1, target.organizationId());
            statement.setArray(2, connection.createArrayOf("text", hashes.toArray()));
            statement.setString(3, target.embeddingModel());
            statement.executeUpdate();
        }
    }

    private void bound(Connection connection, UUID organization) throws SQLException {
        String delete = """
                delete from embedding_cache
                where organization_id = ? and number in (
                    select s.number from embedding_cache s
                    where s.organization_id = ? and not s.unfinished and s.number <= (
                        select e.number from embedding_cache e
                        where e.organization_id = ? and not e.unfinished order by e.number desc offset ? limit 1)
                    order by s.number limit ? for update skip locked)
                """;
        try (PreparedStatement statement = connection.prepareStatement(delete)) {
            statement.setObject(1, organization);
            statement.setObject(2, organization);
            statement.setObject(3, organization);
            statement.setInt(4, vectors);
            statement.setInt(5, SURPLUS);
            statement.executeUpdate();
        }
    }
}
