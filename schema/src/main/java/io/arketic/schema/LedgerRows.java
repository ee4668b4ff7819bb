package io.arketic.schema;

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

/** The statements on {@code ingest_ledger} that several transactions share. */
final class LedgerRows {

    /** How a version ends. */
    record End(
            IngestState state,
            @Nullable UUID documentId,
            @Nullable Integer documentVersion,
            @Nullable Integer chunks,
            @Nullable String reason,
            @Nullable String detail,
            StepTimes times,
            @Nullable Long writeMillis) {

        static End of(IngestState state) {
            return new End(state, null, null, null, null, null, StepTimes.NONE, null);
        }
    }

    private LedgerRows() {}

    /**
     * The state of a version's row, locked; empty when the ledger has not seen it. Whatever also locks a document locks that
     * first.
     */
    static Optional<IngestState> lock(Connection connection, ObjectVersion version) throws SQLException {
        return state(connection, version, """
                select state from ingest_ledger
                where bucket = ? and object_key = ? and etag = ? and last_modified = ?
                for update
                """);
    }

    /** As {@link #lock}, without a lock: it may change at once. */
    static Optional<IngestState> find(Connection connection, ObjectVersion version) throws SQLException {
        return state(connection, version, """
                select state from ingest_ledger
                where bucket = ? and object_key = ? and etag = ? and last_modified = ?
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

    /** Ends a version, whether it was entered or not. One that has ended stays as it is. */
    static void end(Connection connection, KnowledgeTarget target, ObjectVersion version, End end) throws SQLException {
        String upsert = """
                insert into ingest_ledger as l (
                    bucket, object_key, etag, last_modified, size, organization_id, knowledge_base_id, state,
                    document_id, document_version, chunks, pages, reason, detail, extract_ms, embed_ms, write_ms, ended_at)
                values (?, ?, ?, ?, ?, ?, ?, ?::ingest_state, ?, ?, ?, (
                        select d.page_count from knowledge_documents d where d.id = ? and d.version = ?),
                    ?, ?, ?, ?, ?, clock_timestamp())
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
            statement.executeUpdate();
        }
    }

    /**
     * Ends what this version of the object took the place of: older versions in flight, and where {@code content} of
     * the document changed, the version that was indexed.
     */
    static void supersedeOlder(Connection connection, ObjectVersion version, boolean content) throws SQLException {
        String update = """
                update ingest_ledger
                set state = 'superseded', ended_at = coalesce(ended_at, clock_timestamp())
                where bucket = ? and object_key = ?
                  and not (etag = ? and last_modified = ?)
                  and ((ended_at is null and last_modified <= ?) or (state = 'indexed' and ?))
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            identify(statement, 1, version);
            statement.setTimestamp(5, second(version));
            statement.setBoolean(6, content);
            statement.executeUpdate();
        }
    }

    /** Sets bucket, key, ETag and second, in this order. */
    static void identify(PreparedStatement statement, int from, ObjectVersion version) throws SQLException {
        statement.setString(from, version.bucket());
        statement.setString(from + 1, storable(version.key()));
        statement.setString(from + 2, storable(version.etag()));
        statement.setTimestamp(from + 3, second(version));
    }

    static Timestamp second(ObjectVersion version) {
        Instant second = version.lastModified().truncatedTo(ChronoUnit.SECONDS);
        return Timestamp.from(second);
    }

    static IngestState state(String label) {
        return IngestState.valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** What text of the database cannot hold, U+0000 and unpaired surrogates, shown by the replacement character. */
    static @Nullable String storable(@Nullable String text) {
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
