package io.arketic.schema.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Holds the statements on {@code ingest_ledger} that several transactions share. */
public final class LedgerRows {

    /** Says how a version ends. */
    public record End(
            IngestState state,
            @Nullable UUID documentId,
            @Nullable Integer documentVersion,
            @Nullable Integer chunks,
            @Nullable String reason,
            @Nullable String detail,
            StepTimes times,
            @Nullable Long writeMillis) {

        public static End of(IngestState state) {
            return new End(state, null, null, null, null, null, StepTimes.NONE, null);
        }
    }

    private LedgerRows() {}

    /**
     * Prevents every other look at the object from writing until the transaction ends. Call it before locking any row
     * of the object.
     *
     * @param expected epoch that the write goes back to, or {@link KnowledgeTarget#UNCHECKED}
     * @return the object's epoch
     * @throws OvertakenException when it is another one by now
     */
    public static long hold(Connection connection, String bucket, String key, long expected) throws SQLException {
        if (expected == KnowledgeTarget.UNCHECKED) {
            lock(connection, bucket, key);
            // Only rows that the caller may see; those without a knowledge base belong to no tenant.
            return epoch(
                    connection,
                    "select coalesce(max(epoch), 0) from ingest_ledger where bucket = ? and object_key = ?",
                    bucket,
                    key);
        }
        long epoch = epoch(connection, "select lock_object_epoch(?, ?)", bucket, key);
        if (expected != epoch) {
            throw new OvertakenException(bucket, key);
        }
        return epoch;
    }

    private static void lock(Connection connection, String bucket, String key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select lock_object(?, ?)")) {
            statement.setString(1, bucket);
            statement.setString(2, storable(key));
            statement.execute();
        }
    }

    private static long epoch(Connection connection, String query, String bucket, String key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, bucket);
            statement.setString(2, storable(key));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    public static long hold(Connection connection, KnowledgeTarget target, ObjectVersion version) throws SQLException {
        return hold(connection, version.bucket(), version.key(), target.epoch());
    }

    /**
     * Returns and locks the state of a version's row; empty if the ledger has not seen it. A caller that also locks a
     * document locks that first.
     */
    public static Optional<IngestState> lock(Connection connection, ObjectVersion version) throws SQLException {
        return state(connection, version, """
                select state from ingest_ledger
                where bucket = ? and object_key = ? and etag = ? and last_modified = ?
                for update
                """);
    }

    /**
     * Returns the state like {@link #lock}, without a lock. It is also superseded if the document holds another
     * version, or was deleted although the version had died before.
     */
    public static Optional<IngestState> find(Connection connection, ObjectVersion version) throws SQLException {
        return state(connection, version, """
                select case when exists (
                    select from knowledge_documents d
                    where d.knowledge_base_id = l.knowledge_base_id and d.file_path = l.object_key
                      and l.state in ('indexed', 'unchanged', 'dead') and d.object_etag is not null
                      and (d.object_etag <> l.etag or d.object_last_modified <> l.last_modified
                          or d.status = 'deleted'))
                    then 'superseded' else l.state end
                from ingest_ledger l
                where l.bucket = ? and l.object_key = ? and l.etag = ? and l.last_modified = ?
                """);
    }

    private static Optional<IngestState> state(Connection connection, ObjectVersion version, String query)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            identify(statement, 1, version);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(state(row.getString(1))) : Optional.empty();
            }
        }
    }

    /**
     * Ends a version, whether it was entered or not. A version that has ended stays unchanged.
     *
     * @param epoch of the version, where it was not entered
     */
    public static void end(Connection connection, KnowledgeTarget target, ObjectVersion version, End end, long epoch)
            throws SQLException {
        String upsert = """
                insert into ingest_ledger as l (
                    bucket, object_key, etag, last_modified, size, organization_id, knowledge_base_id, state,
                    document_id, document_version, chunks, pages, reason, detail, extract_ms, embed_ms, write_ms, ended_at, epoch)
                values (?, ?, ?, ?, ?, ?, ?, ?::ingest_state, ?, ?, ?, (
                        select d.page_count from knowledge_documents d where d.id = ? and d.version = ?),
                    ?, ?, ?, ?, ?, clock_timestamp(), ?)
                on conflict on constraint uq_ledger_version do update
                set state = excluded.state, document_id = excluded.document_id, chunks = excluded.chunks,
                    document_version = excluded.document_version, pages = excluded.pages, reason = excluded.reason,
                    detail = excluded.detail, extract_ms = excluded.extract_ms, embed_ms = excluded.embed_ms,
                    write_ms = excluded.write_ms, ended_at = excluded.ended_at
                where l.ended_at is null
                """;
        try (PreparedStatement statement = connection.prepareStatement(upsert)) {
            identify(statement, 1, version);
            statement.setLong(5, version.size());
            statement.setObject(6, target.organizationId());
            statement.setObject(7, target.knowledgeBaseId());
            statement.setString(8, end.state().label());
            statement.setObject(9, end.documentId());
            statement.setObject(10, end.documentVersion());
            statement.setObject(11, end.chunks());
            statement.setObject(12, end.documentId());
            statement.setObject(13, end.documentVersion());
            statement.setString(14, end.reason());
            statement.setString(15, storable(end.detail()));
            statement.setLong(16, end.times().extract().toMillis());
            statement.setLong(17, end.times().embed().toMillis());
            statement.setObject(18, end.writeMillis());
            statement.setLong(19, epoch);
            statement.executeUpdate();
        }
    }

    /**
     * Ends the versions that this version of the object replaced: others in flight and, if {@code content} of the
     * document changed, the indexed version.
     */
    public static void supersedeOthers(Connection connection, ObjectVersion version, boolean content)
            throws SQLException {
        String update = """
                update ingest_ledger
                set state = 'superseded', ended_at = coalesce(ended_at, clock_timestamp())
                where bucket = ? and object_key = ?
                  and not (etag = ? and last_modified = ?)
                  and (ended_at is null or (state = 'indexed' and ?))
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            identify(statement, 1, version);
            statement.setBoolean(5, content);
            statement.executeUpdate();
        }
    }

    /** Sets bucket, key, ETag and second, in this order. */
    public static void identify(PreparedStatement statement, int from, ObjectVersion version) throws SQLException {
        statement.setString(from, version.bucket());
        statement.setString(from + 1, storable(version.key()));
        statement.setString(from + 2, storable(version.etag()));
        statement.setTimestamp(from + 3, second(version));
    }

    public static Timestamp second(ObjectVersion version) {
        Instant second = version.lastModified().truncatedTo(ChronoUnit.SECONDS);
        return Timestamp.from(second);
    }

    static IngestState state(String label) {
        return IngestState.valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** Replaces what a text column cannot hold, U+0000 and unpaired surrogates, by the replacement character. */
    public static @Nullable String storable(@Nullable String text) {
        if (text == null) {
            return null;
        }
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF) ? 0xFFFD : c)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }
}
