package io.arketic.rag.knowledge;

import io.arketic.rag.bulkhead.WordSearches;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.problem.ProblemException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads {@code knowledge_documents} and {@code knowledge_chunks}. */
@Component
public class KnowledgeDocuments {

    /**
     * Holds a part of a document's text, which may have many millions of characters. All counts are code points.
     *
     * @param nextOffset where the text goes on; null at its end
     * @param characters of the whole text
     * @param pageStarts in the whole text; empty where the format has no pages
     */
    public record DocumentText(
            String text,
            int offset,
            @Nullable Integer nextOffset,
            int characters,
            List<Integer> pageStarts,
            int version) {

        static DocumentText of(String text, int offset, int characters, List<Integer> pageStarts, int version) {
            int end = offset + text.codePointCount(0, text.length());
            return new DocumentText(text, offset, end < characters ? end : null, characters, pageStarts, version);
        }
    }

    /** Lists the columns for {@link #document}: never the text, which may have millions of characters. */
    public static final String COLUMNS = """
            id, knowledge_base_id, uploaded_by_id, source_document_id, filename, file_path, file_type, file_size, mime_type, status, \
            processing_error, chunk_count, embedding_model_used, file_hash, version, title, author, language, \
            page_count, metadata, jsonb_path_query_array(warnings, '$[0 to 19]') AS warnings, \
            coalesce(jsonb_array_length(warnings), 0) AS warning_count, created_at, updated_at""";

    /** Lists {@link #COLUMNS} with all warnings. */
    private static final String WHOLE =
            COLUMNS.replace("jsonb_path_query_array(warnings, '$[0 to 19]') AS warnings", "warnings");

    /** Selects documents with a warning of the kind {@code :warning}. */
    public static final String WARNED = """
            warnings IS NOT NULL AND warnings @> jsonb_build_array(jsonb_build_object('kind', CAST(:warning AS text)))
            """;

    private final Transactions transactions;
    private final WordSearches searches;

    KnowledgeDocuments(Transactions transactions, WordSearches searches) {
        this.searches = searches;
        this.transactions = transactions;
    }

    public KnowledgeDocument require(KnowledgeAccess access, UUID id) {
        return transactions
                .run(
                        access.membership().context(),
                        sql -> sql.sql("SELECT " + WHOLE + " " + """
                               FROM knowledge_documents
                                WHERE knowledge_base_id = :base AND id = :id AND status <> 'deleted'""")
                                .param("base", access.knowledgeBase().id())
                                .param("id", id)
                                .query(KnowledgeDocuments::document)
                                .optional())
                .orElseThrow(() -> ProblemException.notFound("document"));
    }

    /**
     * Returns the newest first.
     *
     * @param warning only those with a warning of this kind
     */
    public List<KnowledgeDocument> list(
            KnowledgeAccess access, @Nullable String status, @Nullable String warning, Cursor cursor, int limit) {
        return listed(
                access,
                status,
                cursor,
                limit,
                """
                        FROM knowledge_documents
                        WHERE knowledge_base_id = :base AND id < :after
                          AND CASE WHEN CAST(:status AS text) IS NULL THEN status <> 'deleted'
                                   ELSE status = CAST(:status AS document_status) END
                        """ + (warning == null ? "" : "AND " + WARNED) + """
                        ORDER BY id DESC LIMIT :limit""",
                Map.of("warning", warning == null ? "" : warning));
    }

    /** Returns documents like {@link #list} whose name, title or text contains the words. */
    public List<KnowledgeDocument> search(
            KnowledgeAccess access, String words, @Nullable String status, Cursor cursor, int limit) {
        return searches.find(
                access.membership().organizationId(),
                () -> listed(access, status, cursor, limit, """
                        FROM knowledge_documents
                        WHERE id IN (
                            SELECT f.id FROM search_knowledge_documents(
                                :words, :base, CAST(:status AS document_status), :after, :limit) f)
                        ORDER BY id DESC""", Map.of("words", words)));
    }

    private List<KnowledgeDocument> listed(
            KnowledgeAccess access,
            @Nullable String status,
            Cursor cursor,
            int limit,
            String from,
            Map<String, String> further) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("SELECT " + COLUMNS + " " + from)
                        .params(further)
                        .param("base", access.knowledgeBase().id())
                        .param("after", cursor.after())
                        .param("status", status)
                        .param("limit", limit)
                        .query(KnowledgeDocuments::document)
                        .list());
    }

    /** Returns at most {@code limit} code points from {@code offset} on; empty until the first version is indexed. */
    public Optional<DocumentText> text(KnowledgeAccess access, UUID id, int offset, int limit) {
        // The whole text is unpacked for each part of it.
        return searches.find(
                access.membership().organizationId(),
                () -> transactions.run(
                        access.membership().context(),
                        sql -> sql.sql("""
                        SELECT substring(extracted_text FROM :offset + 1 FOR :limit) AS part,
                               char_length(extracted_text) AS characters, page_starts, version
                        FROM knowledge_documents
                        WHERE knowledge_base_id = :base AND id = :id AND extracted_text IS NOT NULL""")
                                .param("base", access.knowledgeBase().id())
                                .param("id", id)
                                .param("offset", offset)
                                .param("limit", limit)
                                .query((row, number) -> DocumentText.of(
                                        row.getString("part"),
                                        offset,
                                        row.getInt("characters"),
                                        integers(row.getArray("page_starts")),
                                        row.getInt("version")))
                                .optional()));
    }

    /**
     * Returns the key in the drive's bucket of the file behind one version of a document; empty if it does not come
     * from the drive.
     */
    public Optional<String> driveKey(KnowledgeAccess access, UUID id, int version) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT d.file_path
                        FROM document_link_versions v
                        JOIN documents d ON (d.id = v.document_id OR d.version_of_id = v.document_id)
                            AND d.version_number = v.document_version
                        WHERE v.knowledge_document_id = :id AND v.version = :version""")
                        .param("id", id)
                        .param("version", version)
                        .query(String.class)
                        .optional());
    }

    public static KnowledgeDocument document(ResultSet row, int number) throws SQLException {
        return new KnowledgeDocument(
                row.getObject("id", UUID.class),
                row.getObject("knowledge_base_id", UUID.class),
                row.getObject("uploaded_by_id", UUID.class),
                row.getObject("source_document_id", UUID.class),
                row.getString("filename"),
                row.getString("file_path"),
                row.getString("file_type"),
                row.getLong("file_size"),
                row.getString("mime_type"),
                row.getString("status"),
                row.getString("processing_error"),
                row.getInt("chunk_count"),
                row.getString("embedding_model_used"),
                row.getString("file_hash"),
                row.getInt("version"),
                row.getString("title"),
                row.getString("author"),
                row.getString("language"),
                row.getObject("page_count", Integer.class),
                DocumentMetadata.read(row),
                PartlyRead.warnings(row),
                row.getInt("warning_count"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static List<Integer> integers(Array array) throws SQLException {
        return List.of((Integer[]) array.getArray());
    }
}
