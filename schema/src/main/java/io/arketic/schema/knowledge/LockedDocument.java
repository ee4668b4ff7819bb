package io.arketic.schema.knowledge;

import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.generation.GenerationRows;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.LedgerRows;
import io.arketic.schema.ledger.ObjectVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a row of {@code knowledge_documents} that is locked until its transaction ends. Every change of a document
 * takes this lock first, so that the versions of one key follow each other.
 *
 * @param version 0 before anything was indexed
 * @param status a label of {@code document_status}
 * @param objectLastModified of the object's version that the row speaks of; null before the first
 */
record LockedDocument(
        UUID id, int version, String status, @Nullable Instant objectLastModified, int chunkCount) {

    /**
     * Locks the document of the version's key and creates its row if needed; empty if the knowledge base no longer
     * exists.
     */
    static Optional<LockedDocument> lock(Connection connection, KnowledgeTarget target, ObjectVersion version)
            throws SQLException {
        String upsert = """
                insert into knowledge_documents as d (
                    organization_id, knowledge_base_id, filename, file_path, file_type, file_size, mime_type, status)
                select b.organization_id, b.id, left(?, 255), ?, ?, ?, 'application/octet-stream', 'processing'
                from knowledge_bases b
                where b.id = ?
                for key share
                on conflict on constraint uq_knowledge_doc_path do update set version = d.version where false
                returning d.id, d.version, d.status, d.object_last_modified, d.chunk_count
                """;
        String filename = version.key().substring(version.key().lastIndexOf('/') + 1);
        try (PreparedStatement statement = connection.prepareStatement(upsert)) {
            statement.setString(1, filename);
            statement.setString(2, version.key());
            statement.setString(3, extension(filename));
            statement.setLong(4, version.size());
            statement.setObject(5, target.knowledgeBaseId());
            Optional<LockedDocument> made = read(statement);
            // An existing row is locked and not written.
            return made.isPresent() ? made : find(connection, target, version.key());
        }
    }

    /** Locks the document of a key; empty if there is none. */
    static Optional<LockedDocument> find(Connection connection, KnowledgeTarget target, String key)
            throws SQLException {
        String query = """
                select id, version, status, object_last_modified, chunk_count
                from knowledge_documents
                where knowledge_base_id = ? and file_path = ?
                for update
                """;
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setObject(1, target.knowledgeBaseId());
            statement.setString(2, key);
            return read(statement);
        }
    }

    private static Optional<LockedDocument> read(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            Timestamp lastModified = row.getTimestamp(4);
            return Optional.of(new LockedDocument(
                    row.getObject(1, UUID.class),
                    row.getInt(2),
                    row.getString(3),
                    lastModified == null ? null : lastModified.toInstant(),
                    row.getInt(5)));
        }
    }

    /** Removes the chunks of every generation; returns the number in the live one. */
    int clear(Connection connection, EmbeddingCache cache) throws SQLException {
        GenerationRows.clear(connection, cache, id, 0);
        return chunkCount;
    }

    /** Marks the document as failed, without content. */
    void fail(Connection connection, EmbeddingCache cache, ObjectVersion object, String reason, String detail)
            throws SQLException {
        clear(connection, cache);
        String update = """
                update knowledge_documents
                set status = 'failed', processing_error = ?, file_size = ?, object_etag = ?,
                    object_last_modified = ?, extracted_text = null, content_hash = null, page_starts = '{}',
                    text_blocks = null, page_count = null, chunk_count = 0, indexed_file_hash = null, indexed_generation = null,
                    warnings = null, deleted_at = null
                where id = ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setString(1, LedgerRows.storable(reason + ": " + detail));
            statement.setLong(2, object.size());
            statement.setString(3, LedgerRows.storable(object.etag()));
            statement.setTimestamp(4, LedgerRows.second(object));
            statement.setObject(5, id);
            statement.executeUpdate();
        }
    }

    static String extension(String filename) {
        int dot = filename.lastIndexOf('.');
        String extension = dot < 0 ? "" : filename.substring(dot + 1).toLowerCase(Locale.ROOT);
        return extension.length() > 50 ? "" : extension;
    }
}
