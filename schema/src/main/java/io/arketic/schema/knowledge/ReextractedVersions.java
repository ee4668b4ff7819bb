package io.arketic.schema.knowledge;

import io.arketic.schema.generation.TextBlock;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.LedgerRows;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Ends versions that were read again ({@link Admission.Work#reextract}) without a new result. */
public final class ReextractedVersions {

    private final TenantDatabase database;

    public ReextractedVersions(TenantDatabase database) {
        this.database = database;
    }

    /**
     * Returns {@code version} to its former state if its document already has this exact result: text, structure,
     * title, author, language, warnings.
     *
     * @return whether it was
     */
    public boolean same(KnowledgeTarget target, ObjectVersion version, DocumentVersion document) throws SQLException {
        return database.transaction(
                target.context(),
                connection ->
                        reads(connection, target, version, document) && end(connection, target, version, null, null));
    }

    /**
     * Returns {@code version} to its former state because it could not be read; its document stays unchanged.
     *
     * @return false, and nothing is written, when the document is not of that version any more
     */
    public boolean keep(KnowledgeTarget target, ObjectVersion version, String reason, String detail)
            throws SQLException {
        return database.transaction(target.context(), connection -> end(connection, target, version, reason, detail));
    }

    private static boolean reads(
            Connection connection, KnowledgeTarget target, ObjectVersion version, DocumentVersion document)
            throws SQLException {
        String query = """
                select exists (
                    select from knowledge_documents
                    where knowledge_base_id = ? and file_path = ? and object_etag = ? and object_last_modified = ?
                      and extracted_text = ? and page_starts = ? and text_blocks is not distinct from ?
                      and title is not distinct from left(?, 500) and author is not distinct from left(?, 500)
                      and language is not distinct from left(?, 35)
                      and warnings is not distinct from
                """ + DocumentWarning.STORED + ")";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            int i = 1;
            statement.setObject(i++, target.knowledgeBaseId());
            statement.setString(i++, version.key());
            statement.setString(i++, version.etag());
            statement.setTimestamp(i++, LedgerRows.second(version));
            statement.setString(i++, document.text());
            statement.setArray(
                    i++,
                    connection.createArrayOf("integer", document.pageStarts().toArray()));
            statement.setString(i++, TextBlock.format(document.blocks()));
            statement.setString(i++, LedgerRows.storable(document.title()));
            statement.setString(i++, LedgerRows.storable(document.author()));
            statement.setString(i++, document.language());
            DocumentWarning.bind(document.warnings(), connection, statement, i);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static boolean end(
            Connection connection,
            KnowledgeTarget target,
            ObjectVersion version,
            @Nullable String reason,
            @Nullable String detail)
            throws SQLException {
        String end = """
                update ingest_ledger
                set state = former_state, reason = ?, detail = ?, ended_at = clock_timestamp()
                where bucket = ? and object_key = ? and etag = ? and last_modified = ? and former_state is not null
                  and exists (
                      select from knowledge_documents d
                      where d.id = ? and d.status = 'completed' and d.object_etag = etag
                        and d.object_last_modified = last_modified)
                """;
        LedgerRows.hold(connection, target, version);
        Optional<LockedDocument> document = LockedDocument.find(connection, target, version.key());
        if (document.isEmpty()) {
            return false;
        }
        UUID id = document.get().id();
        try (PreparedStatement statement = connection.prepareStatement(end)) {
            statement.setString(1, reason);
            statement.setString(2, LedgerRows.storable(detail));
            LedgerRows.identify(statement, 3, version);
            statement.setObject(7, id);
            if (statement.executeUpdate() == 0) {
                return false;
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "update knowledge_documents set read_at = clock_timestamp() where id = ?")) {
            statement.setObject(1, id);
            return statement.executeUpdate() == 1;
        }
    }
}
