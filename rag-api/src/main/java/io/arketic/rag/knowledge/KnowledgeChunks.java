package io.arketic.rag.knowledge;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.problem.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Accesses {@code knowledge_chunks} as its readers see it. */
@Component
public class KnowledgeChunks {

    /** Selects chunks {@code c} with what was written of them. */
    private static final String CHUNKS = """
            SELECT c.id, c.chunk_index, c.chunk_type, c.page_number, c.start_offset, c.end_offset, c.token_count, c.title,
                c.embedding_model, c.document_version, c.generation, c.content, c.content_length, c.vector_id,
                c.relevance_score, ARRAY(SELECT jsonb_array_elements_text(coalesce(n.keywords, c.keywords))) AS keywords,
                n.keywords IS NOT NULL AS keywords_edited, coalesce(n.summary, c.summary) AS summary,
                coalesce(n.summary_edited, false) AS summary_edited, coalesce(n.enabled, true) AS enabled,
                n.updated_at AS noted_at
            FROM knowledge_chunks c
            LEFT JOIN chunk_notes n ON n.document_id = c.document_id AND n.content_hash = c.content_hash
            """;

    private static final String NOTE = """
            INSERT INTO chunk_notes AS n (knowledge_base_id, document_id, content_hash, keywords, summary, summary_edited, enabled)
            SELECT c.knowledge_base_id, c.document_id, c.content_hash, CAST(:keywords AS jsonb), CAST(:summary AS text), :edited,
                :enabled
            FROM knowledge_chunks c WHERE c.id = :id
            ON CONFLICT (document_id, content_hash) DO UPDATE
            """;

    private static final String SAME_TEXT = """
            FROM knowledge_chunks c
            JOIN knowledge_chunks o ON o.document_id = c.document_id AND o.content_hash = c.content_hash
            WHERE o.id = :id""";

    /**
     * Holds a change of what is written of a chunk; null leaves a value unchanged.
     *
     * @param keywords an empty list brings back the chunk's own
     * @param summary an empty text removes it, so that the next reader has it made
     * @param enabled whether searches find the chunk
     */
    public record Notes(
            @Nullable List<String> keywords,
            @Nullable String summary,
            @Nullable Boolean enabled) {}

    private final Transactions transactions;
    private final JsonMapper json;

    KnowledgeChunks(Transactions transactions, JsonMapper json) {
        this.transactions = transactions;
        this.json = json;
    }

    /** Returns chunks of the live generation in order, after the chunk of ordinal {@code after}. */
    public List<StoredChunk> list(KnowledgeAccess access, UUID id, int after, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql(CHUNKS + """
                        WHERE c.document_id = :id AND c.generation = :generation AND c.chunk_index > :after
                        ORDER BY c.chunk_index LIMIT :limit""")
                        .param("id", id)
                        .param("generation", access.knowledgeBase().activeGeneration())
                        .param("after", after)
                        .param("limit", limit)
                        .query(KnowledgeChunks::chunk)
                        .list());
    }

    /** Finds the chunk with this ordinal in the live generation. */
    public StoredChunk require(KnowledgeAccess access, UUID document, int index) {
        return list(access, document, index - 1, 1).stream()
                .filter(chunk -> chunk.chunkIndex() == index)
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("chunk"));
    }

    /**
     * Stores a chunk's summary, with the chunk and with its text, so that a reindex keeps it; one that a user wrote stays.
     * Returns the chunk with its summary. Repeating it does no harm.
     */
    public StoredChunk summarize(KnowledgeAccess access, StoredChunk chunk, String summary) {
        return transactions.run(access.membership().context(), sql -> {
            sameText(sql, chunk.id());
            showSummary(sql, chunk.id(), summary);
            sql.sql(NOTE + """
                            SET summary = excluded.summary, updated_at = clock_timestamp()
                            WHERE NOT n.summary_edited""")
                    .param("keywords", null)
                    .param("summary", summary)
                    .param("edited", false)
                    .param("enabled", true)
                    .param("id", chunk.id())
                    .update();
            return one(sql, chunk.id());
        });
    }

    /** Changes what is written of a chunk; it fails if the chunk is no longer that of {@code basis}. */
    public StoredChunk change(KnowledgeAccess access, UUID document, int index, EntityTag basis, Notes notes) {
        StoredChunk chunk = list(access, document, index - 1, 1).stream()
                .filter(found -> found.chunkIndex() == index)
                .findFirst()
                .orElseThrow(() -> {
                    // A condition on what is not there is not met, except that there is anything.
                    basis.mustMatch(Instant.EPOCH.minusSeconds(1));
                    return ProblemException.notFound("chunk");
                });
        return transactions.run(access.membership().context(), sql -> {
            sameText(sql, chunk.id());
            basis.mustMatch(one(sql, chunk.id()).version());
            List<String> keywords = notes.keywords();
            String summary = notes.summary();
            sql.sql(NOTE + """
                            SET keywords = CASE WHEN :keep_keywords THEN n.keywords ELSE excluded.keywords END,
                                summary = CASE WHEN :keep_summary THEN n.summary ELSE excluded.summary END,
                                summary_edited = CASE WHEN :keep_summary THEN n.summary_edited
                                    ELSE excluded.summary_edited END,
                                enabled = CASE WHEN :keep_enabled THEN n.enabled ELSE excluded.enabled END,
                                updated_at = clock_timestamp()""")
                    .param(
                            "keywords",
                            keywords == null || keywords.isEmpty() ? null : json.writeValueAsString(keywords))
                    .param("summary", summary == null || summary.isEmpty() ? null : summary)
                    .param("edited", summary != null && !summary.isEmpty())
                    .param("enabled", notes.enabled() == null || notes.enabled())
                    .param("keep_enabled", notes.enabled() == null)
                    .param("keep_keywords", keywords == null)
                    .param("keep_summary", summary == null)
                    .param("id", chunk.id())
                    .update();
            if (summary != null) {
                showSummary(sql, chunk.id(), summary.isEmpty() ? null : summary);
            }
            return one(sql, chunk.id());
        });
    }

    /**
     * Locks the chunks of one text in a document, which share what is written of them: of two changes at once, the second one sees
     * the first one's version.
     */
    private static void sameText(JdbcClient sql, UUID id) {
        sql.sql("SELECT c.id " + SAME_TEXT + " ORDER BY c.id FOR UPDATE OF c")
                .param("id", id)
                .query(UUID.class)
                .list();
    }

    private static void showSummary(JdbcClient sql, UUID id, @Nullable String summary) {
        sql.sql("UPDATE knowledge_chunks SET summary = :summary WHERE id IN (SELECT c.id " + SAME_TEXT + ")")
                .param("summary", summary)
                .param("id", id)
                .update();
    }

    private static StoredChunk one(JdbcClient sql, UUID id) {
        return sql.sql(CHUNKS + "WHERE c.id = :id")
                .param("id", id)
                .query(KnowledgeChunks::chunk)
                .optional()
                .orElseThrow(() -> ProblemException.notFound("chunk"));
    }

    private static StoredChunk chunk(ResultSet row, int number) throws SQLException {
        return new StoredChunk(
                row.getObject("id", UUID.class),
                row.getInt("chunk_index"),
                row.getString("chunk_type"),
                row.getObject("page_number", Integer.class),
                row.getInt("start_offset"),
                row.getInt("end_offset"),
                row.getInt("token_count"),
                row.getString("title"),
                row.getString("embedding_model"),
                row.getInt("document_version"),
                row.getInt("generation"),
                row.getString("content"),
                row.getInt("content_length"),
                row.getString("vector_id"),
                row.getObject("relevance_score") == null ? null : row.getDouble("relevance_score"),
                List.of((String[]) row.getArray("keywords").getArray()),
                row.getBoolean("keywords_edited"),
                row.getString("summary"),
                row.getBoolean("summary_edited"),
                row.getBoolean("enabled"),
                time(row.getObject("noted_at", OffsetDateTime.class)));
    }

    private static @Nullable Instant time(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
