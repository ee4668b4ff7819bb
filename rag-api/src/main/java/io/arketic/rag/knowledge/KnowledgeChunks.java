package io.arketic.rag.knowledge;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Accesses {@code knowledge_chunks} as its readers see it. */
@Component
public class KnowledgeChunks {

    private static final String COLUMNS = """
            id, chunk_index, chunk_type, page_number, start_offset, end_offset, token_count, title, embedding_model, \
            document_version, generation, content, content_length, vector_id, relevance_score, \
            ARRAY(SELECT jsonb_array_elements_text(keywords)) AS keywords, summary""";

    private final Transactions transactions;

    KnowledgeChunks(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Returns chunks of the live generation in order, after the chunk of ordinal {@code after}. */
    public List<StoredChunk> list(KnowledgeAccess access, UUID id, int after, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("SELECT " + COLUMNS + """

                        FROM knowledge_chunks
                        WHERE document_id = :id AND generation = :generation AND chunk_index > :after
                        ORDER BY chunk_index LIMIT :limit""")
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

    /** Stores a chunk's summary; returns the chunk with it. Repeating it does no harm. */
    public StoredChunk summarize(KnowledgeAccess access, StoredChunk chunk, String summary) {
        return transactions
                .run(
                        access.membership().context(),
                        sql -> sql.sql("UPDATE knowledge_chunks SET summary = :summary WHERE id = :id RETURNING "
                                        + COLUMNS)
                                .param("summary", summary)
                                .param("id", chunk.id())
                                .query(KnowledgeChunks::chunk)
                                .optional())
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
                row.getString("summary"));
    }
}
