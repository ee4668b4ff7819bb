package io.arketic.schema.generation;

import com.pgvector.PGvector;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.tenancy.TenantDatabase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds vectors of the organization's present and recently removed chunks ({@code EmbeddingCache}), so that one model
 * does not embed the same text twice.
 */
public final class KnownEmbeddings {

    /** Limits the texts that one statement looks up. */
    private static final int AT_ONCE = 1_000;

    private final TenantDatabase database;
    private final EmbeddingCache cache;

    public KnownEmbeddings(TenantDatabase database) {
        this(database, EmbeddingCache.DEFAULT);
    }

    /** @param cache keeps the vectors of documents that are not complete yet */
    public KnownEmbeddings(TenantDatabase database, EmbeddingCache cache) {
        this.database = database;
        this.cache = cache;
    }

    /**
     * Keeps the vectors of texts whose document is not complete yet. After a failure, another executor finds them and
     * continues there. A vector that was kept before for the same text is replaced.
     */
    public void keep(KnowledgeTarget target, Map<String, float[]> vectors) throws SQLException {
        Map<String, float[]> byHash = new TreeMap<>(); // in one order, as every writer of the cache
        vectors.forEach((text, vector) -> byHash.put(sha256(text), vector));
        database.transaction(target.context(), connection -> {
            cache.keep(connection, target, byHash);
            return true;
        });
    }

    /** Forgets what was kept of a document that is complete now: its chunks have the vectors. */
    public void forget(KnowledgeTarget target, Collection<String> texts) throws SQLException {
        List<String> hashes =
                texts.stream().map(KnownEmbeddings::sha256).distinct().toList();
        database.transaction(target.context(), connection -> {
            cache.forget(connection, target, hashes);
            return true;
        });
    }

    /**
     * Returns the known vectors of the target's model for these texts. A text without a vector of this organization is
     * not in the map. Vectors of an imported knowledge base are claims of an archive and serve that base alone.
     */
    public Map<String, float[]> find(KnowledgeTarget target, Collection<String> texts) throws SQLException {
        Map<String, float[]> known = new HashMap<>();
        List<String> all = texts.stream().distinct().toList();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            known.putAll(some(target, all.subList(from, Math.min(all.size(), from + AT_ONCE))));
        }
        return known;
    }

    private Map<String, float[]> some(KnowledgeTarget target, List<String> texts) throws SQLException {
        Map<String, String> byHash = new HashMap<>();
        texts.forEach(text -> byHash.put(sha256(text), text));
        String query = """
                select h.hash, coalesce(live.embedding, kept.embedding)
                from unnest(?) as h (hash)
                left join lateral (
                    (select c.embedding from knowledge_chunks c
                    where c.organization_id = ? and c.embedded_hash = h.hash and c.embedding_model = ?
                      and c.embedding is not null and not exists (%1$s)
                    limit 1)
                    union all
                    (select c.embedding from knowledge_chunks c
                    where c.organization_id = ? and c.content_hash = h.hash and c.embedding_model = ?
                      and c.embedded_hash is null and c.embedding is not null and not exists (%1$s)
                    limit 1)
                    limit 1) live on true
                left join embedding_cache kept
                    on kept.organization_id = ? and kept.content_hash = h.hash and kept.embedding_model = ?
                    and kept.kept_until > clock_timestamp()
                where coalesce(live.embedding, kept.embedding) is not null
                """.formatted("""
                    select from knowledge_imports i
                    where i.knowledge_base_id = c.knowledge_base_id and i.knowledge_base_id <> ?""");
        return database.transaction(target.context(), connection -> {
            Map<String, float[]> vectors = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setArray(
                        1, connection.createArrayOf("text", byHash.keySet().toArray()));
                for (int from = 2; from <= 8; from += 3) {
                    statement.setObject(from, target.organizationId());
                    statement.setString(from + 1, target.embeddingModel());
                    if (from < 8) {
                        statement.setObject(from + 2, target.knowledgeBaseId());
                    }
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        String text = byHash.get(row.getString(1));
                        if (text != null) {
                            vectors.put(text, new PGvector(row.getString(2)).toArray());
                        }
                    }
                }
            }
            return vectors;
        });
    }

    static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
