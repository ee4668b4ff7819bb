package io.arketic.rag.document;

import io.arketic.rag.deployment.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.stereotype.Component;

/** Reads the versions of a file: its own row is the latest one, rows beside it are the former ones. */
@Component
class DocumentVersions {

    private final Transactions transactions;

    DocumentVersions(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Returns the newest first, below the number {@code before}. */
    List<DocumentVersion> list(DocumentAccess access, int before, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT version_number, filename, file_size, file_hash, mime_type, is_latest_version, version_at
                        FROM documents
                        WHERE (id = :id OR version_of_id = :id) AND document_type <> 'folder' AND version_number < :before
                        ORDER BY version_number DESC LIMIT :limit""")
                        .param("id", access.document().id())
                        .param("before", before)
                        .param("limit", limit)
                        .query(DocumentVersions::version)
                        .list());
    }

    private static DocumentVersion version(ResultSet row, int number) throws SQLException {
        return new DocumentVersion(
                row.getInt("version_number"),
                row.getString("filename"),
                row.getLong("file_size"),
                row.getString("file_hash"),
                row.getString("mime_type"),
                row.getBoolean("is_latest_version"),
                row.getObject("version_at", OffsetDateTime.class).toInstant());
    }
}
