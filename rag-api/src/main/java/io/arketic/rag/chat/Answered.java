package io.arketic.rag.chat;

import io.arketic.rag.bulkhead.WordSearches;
import io.arketic.rag.deployment.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Manages what follows an answer: the table {@code message_feedback}, and where its citations lead now. */
@Component
class Answered {

    private static final int AROUND = 300;

    private final Transactions transactions;
    private final WordSearches searches;

    Answered(Transactions transactions, WordSearches searches) {
        this.searches = searches;
        this.transactions = transactions;
    }

    /** Replaces the caller's earlier rating. */
    Feedback rate(MessageAccess access, String rating, @Nullable String comment) {
        UUID message = access.answer().id();
        return transactions.run(
                access.chat().membership().context(),
                sql -> sql.sql("""
                                INSERT INTO message_feedback AS f (organization_id, message_id, user_id, rating, comment)
                                VALUES (:organization, :message, :user, CAST(:rating AS feedback_rating), :comment)
                                ON CONFLICT (message_id, user_id) DO UPDATE
                                SET rating = excluded.rating, comment = excluded.comment
                                RETURNING f.message_id, f.user_id, f.rating, f.comment, f.updated_at""")
                        .param("organization", access.chat().membership().organizationId())
                        .param("message", message)
                        .param("user", access.chat().membership().userId())
                        .param("rating", rating)
                        .param("comment", comment)
                        .query(Answered::feedback)
                        .single());
    }

    /** Removes the caller's rating; has no effect without one. */
    void unrate(MessageAccess access) {
        UUID message = access.answer().id();
        transactions.execute(
                access.chat().membership().context(),
                sql -> sql.sql("DELETE FROM message_feedback WHERE message_id = :message AND user_id = :user")
                        .param("message", message)
                        .param("user", access.chat().membership().userId())
                        .update());
    }

    List<Feedback> feedback(MessageAccess access) {
        UUID message = access.answer().id();
        return transactions.run(
                access.chat().membership().context(),
                sql -> sql.sql("SELECT * FROM message_feedback WHERE message_id = :message ORDER BY id LIMIT 1000")
                        .param("message", message)
                        .query(Answered::feedback)
                        .list());
    }

    /**
     * Returns the citations in order of their numbers. The quote is the cited text, even if the document has changed.
     */
    List<CitedPassage> citations(MessageAccess access) {
        // Quotes are looked for in whole texts.
        return searches.find(
                access.chat().membership().organizationId(),
                () -> transactions.run(
                        access.chat().membership().context(),
                        sql -> sql.sql("""
                                SELECT c.*, d.status AS document_status, d.version AS current_version,
                                    p.current_offset, k.id AS current_chunk_id,
                                    substring(d.extracted_text FROM greatest(1, p.current_offset - :around + 1)
                                        FOR least(:around, p.current_offset)) AS text_before,
                                    substring(d.extracted_text FROM p.current_offset + char_length(c.quote) + 1
                                        FOR :around) AS text_after
                                FROM message_citations c
                                LEFT JOIN knowledge_documents d ON d.id = c.document_id
                                LEFT JOIN LATERAL (
                                    SELECT CASE
                                        WHEN substring(d.extracted_text FROM c.start_offset + 1
                                            FOR c.end_offset - c.start_offset) = c.quote THEN c.start_offset
                                        ELSE nullif(position(c.quote IN d.extracted_text), 0) - 1 END AS current_offset
                                    ) p ON true
                                LEFT JOIN knowledge_bases b ON b.id = d.knowledge_base_id
                                LEFT JOIN LATERAL (
                                    SELECT k.id FROM knowledge_chunks k
                                    WHERE k.document_id = d.id AND k.generation = b.active_generation
                                      AND k.content_hash = c.chunk_hash
                                    ORDER BY k.chunk_index LIMIT 1) k ON true
                                WHERE c.message_id = :message ORDER BY c.number""")
                                .param("message", access.message().id())
                                .param("around", AROUND)
                                .query(Answered::passage)
                                .list()));
    }

    private static CitedPassage passage(ResultSet row, int number) throws SQLException {
        var citation = MessageRows.citation(row);
        String status = row.getString("document_status");
        int version = row.getInt("current_version");
        boolean gone = row.getObject("document_id") == null || "deleted".equals(status);
        String page = citation.pageNumber() == null ? "" : "#page=" + citation.pageNumber();
        UUID source = row.getObject("source_document_id", UUID.class);
        Integer sourceVersion = row.getObject("source_version", Integer.class);
        String inDrive = source == null || sourceVersion == null
                ? null
                : "/api/v1/documents/" + source + "/versions/" + sourceVersion + "/content" + page;
        if (gone || status == null) {
            return new CitedPassage(citation, gone ? "deleted" : "unavailable", null, null, null, null, null, inDrive);
        }
        return new CitedPassage(
                citation,
                version == citation.documentVersion() && row.getObject("current_offset") != null
                        ? "current"
                        : "replaced",
                version,
                row.getObject("current_offset", Integer.class),
                row.getObject("current_chunk_id", UUID.class),
                row.getString("text_before"),
                row.getString("text_after"),
                inDrive != null
                        ? inDrive
                        : "/api/v1/knowledge-bases/" + citation.knowledgeBaseId() + "/documents/"
                                + citation.documentId() + "/content" + page);
    }

    private static Feedback feedback(ResultSet row, int number) throws SQLException {
        return new Feedback(
                row.getObject("message_id", UUID.class),
                row.getObject("user_id", UUID.class),
                row.getString("rating"),
                row.getString("comment"),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
