package io.arketic.schema.knowledge;

import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.generation.GenerationRows;
import io.arketic.schema.generation.GenerationState;
import io.arketic.schema.generation.TextBlock;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.LedgerRows;
import io.arketic.schema.ledger.LedgerRows.End;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.search.SearchWords;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes document versions. A version is one commit: its text, chunks, vectors, counters and ledger row change
 * together, and a reader sees the whole old version or the whole new one.
 *
 * <p>Every write throws {@code OvertakenException}, and changes nothing, where the object was looked at again since the look
 * that the target's epoch is of.
 */
public final class KnowledgeStore {

    private final TenantDatabase database;
    private final EmbeddingCache cache;

    public KnowledgeStore(TenantDatabase database) {
        this(database, EmbeddingCache.DEFAULT);
    }

    /** @param cache keeps the vectors of chunks that are replaced or removed */
    public KnowledgeStore(TenantDatabase database, EmbeddingCache cache) {
        this.database = database;
        this.cache = cache;
    }

    /**
     * Ends {@code version} as unchanged if the document of that key is indexed from the same bytes in the target's
     * generation. If no other version is recorded as indexed, it ends as indexed.
     *
     * @param fileHash SHA-256 of the bytes, hex
     * @return whether it was
     */
    public boolean unchanged(KnowledgeTarget target, ObjectVersion version, String fileHash) throws SQLException {
        return database.transaction(target.context(), connection -> {
            long epoch = LedgerRows.hold(connection, target, version);
            Optional<LockedDocument> document = LockedDocument.find(connection, target, version.key());
            if (document.isEmpty() || !confirm(connection, target, version, document.get(), fileHash)) {
                return false;
            }
            UUID id = document.get().id();
            LedgerRows.end(
                    connection,
                    target,
                    version,
                    new End(
                            otherIsIndexed(connection, version) ? IngestState.UNCHANGED : IngestState.INDEXED,
                            id,
                            document.get().version(),
                            document.get().chunkCount(),
                            null,
                            null,
                            StepTimes.NONE,
                            null),
                    epoch + 1);
            LedgerRows.supersedeOthers(connection, version, false);
            return true;
        });
    }

    /** Returns whether another version of the same bytes is recorded as indexed; only one of them is. */
    private static boolean otherIsIndexed(Connection connection, ObjectVersion version) throws SQLException {
        String query = """
                select exists (
                    select from ingest_ledger
                    where bucket = ? and object_key = ? and not (etag = ? and last_modified = ?) and state = 'indexed')
                """;
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            LedgerRows.identify(statement, 1, version);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /**
     * Returns whether the document holds these bytes, indexed as the target requires, and then records this version for
     * it.
     */
    private static boolean confirm(
            Connection connection,
            KnowledgeTarget target,
            ObjectVersion version,
            LockedDocument document,
            String fileHash)
            throws SQLException {
        String update = """
                update knowledge_documents d
                set status = 'completed', file_hash = indexed_file_hash, object_etag = ?, object_last_modified = ?
                where d.id = ? and d.indexed_file_hash = ? and d.status not in ('failed', 'deleted') and exists (
                    select from document_generations e
                    join index_generations g
                        on g.knowledge_base_id = e.knowledge_base_id and g.generation = e.generation
                    where e.document_id = d.id and e.generation = ? and e.document_version = d.version
                      and g.embedding_model = ?)
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setString(1, version.etag());
            statement.setTimestamp(2, LedgerRows.second(version));
            statement.setObject(3, document.id());
            statement.setString(4, fileHash);
            statement.setInt(5, target.generation());
            statement.setString(6, target.embeddingModel());
            return statement.executeUpdate() == 1;
        }
    }

    /**
     * Replaces the document of the version's key, or creates it; uses a row that an upload created before. Repeating
     * the call leaves one copy. The object's epoch decides which version is right, never the time in the store.
     *
     * @param chunks in order of their ordinals; none is a document without searchable text
     */
    public ReplaceOutcome replace(
            KnowledgeTarget target,
            ObjectVersion version,
            DocumentVersion document,
            List<EmbeddedChunk> chunks,
            StepTimes times)
            throws SQLException {
        return database.transaction(target.context(), connection -> {
            long begun = System.nanoTime();
            long epoch = LedgerRows.hold(connection, target, version);
            Optional<GenerationState> generation = GenerationRows.enter(connection, target);
            if (generation.isPresent() && generation.get() != GenerationState.ACTIVE) {
                return new ReplaceOutcome.Moved();
            }
            Optional<LockedDocument> locked = LockedDocument.lock(connection, target, version);
            Optional<IngestState> state = LedgerRows.lock(connection, version);
            if (locked.isPresent() && state.equals(Optional.of(IngestState.INDEXED))) {
                return new ReplaceOutcome.Replaced(
                        locked.get().id(), locked.get().version(), locked.get().chunkCount());
            }
            if (state.isPresent() && state.get().terminal()) {
                discardEmpty(connection, locked);
                return new ReplaceOutcome.Superseded();
            }
            if (locked.isEmpty()) {
                LedgerRows.end(connection, target, version, End.of(IngestState.SUPERSEDED), epoch + 1);
                return new ReplaceOutcome.Superseded();
            }
            LockedDocument row = locked.get();
            int next = row.version() + 1;
            String configuration = SearchWords.configuration(document.language(), document.text());
            row.clear(connection, cache);
            GenerationRows.write(connection, target, row.id(), next, chunks, configuration);
            complete(connection, target, version, document, row, next, chunks.size(), configuration);
            LedgerRows.supersedeOthers(connection, version, true);
            long millis = (System.nanoTime() - begun) / 1_000_000;
            LedgerRows.end(
                    connection,
                    target,
                    version,
                    new End(IngestState.INDEXED, row.id(), next, chunks.size(), null, null, times, millis),
                    epoch + 1);
            return new ReplaceOutcome.Replaced(row.id(), next, chunks.size());
        });
    }

    /** Returns the languages for the knowledge base's scans; empty for those of the deployment. */
    public List<String> ocrLanguages(KnowledgeTarget target) throws SQLException {
        return database.transaction(target.context(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select ocr_languages from knowledge_bases where id = ? and ocr_languages is not null")) {
                statement.setObject(1, target.knowledgeBaseId());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? List.of((String[]) row.getArray(1).getArray()) : List.of();
                }
            }
        });
    }

    /** Returns the user-visible name of an object's document; empty if there is no document yet. */
    public Optional<String> filename(KnowledgeTarget target, String key) throws SQLException {
        return database.transaction(target.context(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select filename from knowledge_documents where knowledge_base_id = ? and file_path = ?")) {
                statement.setObject(1, target.knowledgeBaseId());
                statement.setString(2, key);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
                }
            }
        });
    }

    /** Removes the row that locking created for a version that has already ended, since it describes no document. */
    private static void discardEmpty(Connection connection, Optional<LockedDocument> locked) throws SQLException {
        if (locked.isPresent() && locked.get().version() == 0 && locked.get().objectLastModified() == null) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "delete from knowledge_documents where id = ? and uploaded_by_id is null")) {
                statement.setObject(1, locked.get().id());
                statement.executeUpdate();
            }
        }
    }

    private static void complete(
            Connection connection,
            KnowledgeTarget target,
            ObjectVersion object,
            DocumentVersion document,
            LockedDocument row,
            int version,
            int chunks,
            String configuration)
            throws SQLException {
        String update = """
                update knowledge_documents
                set filename = left(?, 255), file_size = ?, mime_type = left(?, 100), status = 'completed',
                    extracted_text = t.content, processing_error = null, chunk_count = ?,
                    embedding_model_used = ?, file_hash = h.bytes, indexed_file_hash = h.bytes,
                    content_hash = encode(sha256(convert_to(t.content, 'UTF8')), 'hex'), version = ?,
                    title = left(?, 500), author = left(?, 500), language = left(?, 35), page_starts = ?,
                    text_blocks = ?, page_count = nullif(cardinality(?::integer[]), 0), document_created_at = ?,
                    search_config = ?, object_etag = ?, object_last_modified = ?, indexed_generation = ?,
                    indexed_at = clock_timestamp(), read_at = null, deleted_at = null, warnings =\s
                """ + DocumentWarning.STORED + """

                from (select ?::text as content) t, (select ?::text as bytes) h
                where id = ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            int i = 1;
            statement.setString(i++, document.filename());
            statement.setLong(i++, object.size());
            statement.setString(i++, document.mimeType());
            statement.setInt(i++, chunks);
            statement.setString(i++, target.embeddingModel());
            statement.setInt(i++, version);
            statement.setString(i++, LedgerRows.storable(document.title()));
            statement.setString(i++, LedgerRows.storable(document.author()));
            statement.setString(i++, document.language());
            Object[] pages = document.pageStarts().toArray();
            statement.setArray(i++, connection.createArrayOf("integer", pages));
            statement.setString(i++, TextBlock.format(document.blocks()));
            statement.setArray(i++, connection.createArrayOf("integer", pages));
            statement.setTimestamp(i++, document.created() == null ? null : Timestamp.from(document.created()));
            statement.setString(i++, configuration);
            statement.setString(i++, object.etag());
            statement.setTimestamp(i++, LedgerRows.second(object));
            statement.setInt(i++, target.generation());
            i = DocumentWarning.bind(document.warnings(), connection, statement, i);
            statement.setString(i++, document.text());
            statement.setString(i++, document.fileHash());
            statement.setObject(i, row.id());
            statement.executeUpdate();
        }
    }

    /**
     * Removes the document of a key with its chunks and text. Its ledger rows end as deleted, including versions in
     * flight. The row stays with status deleted, so that citations still lead to it. Every look in progress at the
     * object is overtaken.
     *
     * @return the chunks removed; empty when there was no document
     */
    public Optional<Integer> delete(KnowledgeTarget target, String bucket, String key) throws SQLException {
        return database.transaction(target.context(), connection -> {
            long epoch = LedgerRows.hold(connection, bucket, key, target.epoch());
            Optional<LockedDocument> document = LockedDocument.find(connection, target, key);
            endAsDeleted(connection, bucket, key, epoch + 1);
            if (document.isEmpty() || document.get().status().equals("deleted")) {
                return Optional.empty();
            }
            int chunks = document.get().clear(connection, cache);
            bury(connection, document.get().id());
            return Optional.of(chunks);
        });
    }

    private static void endAsDeleted(Connection connection, String bucket, String key, long epoch) throws SQLException {
        String update = """
                update ingest_ledger
                set state = 'deleted', ended_at = coalesce(ended_at, clock_timestamp()), epoch = ?
                where bucket = ? and object_key = ? and (ended_at is null or state in ('indexed', 'unchanged'))
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setLong(1, epoch);
            statement.setString(2, bucket);
            statement.setString(3, LedgerRows.storable(key));
            statement.executeUpdate();
        }
        // Where all rows have ended otherwise, one of them still has to show that this look came after the others.
        String mark = """
                update ingest_ledger set epoch = ?
                where id = (
                    select id from ingest_ledger where bucket = ? and object_key = ? order by epoch desc, id desc limit 1)
                  and epoch < ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(mark)) {
            statement.setLong(1, epoch);
            statement.setString(2, bucket);
            statement.setString(3, LedgerRows.storable(key));
            statement.setLong(4, epoch);
            statement.executeUpdate();
        }
    }

    private static void bury(Connection connection, UUID documentId) throws SQLException {
        String update = """
                update knowledge_documents
                set status = 'deleted', extracted_text = null, content_hash = null, processing_error = null,
                    page_starts = '{}', text_blocks = null, page_count = null, chunk_count = 0,
                    indexed_file_hash = null, indexed_generation = null, warnings = null, metadata = null,
                    deleted_at = clock_timestamp()
                where id = ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setObject(1, documentId);
            statement.executeUpdate();
        }
    }
}
