package io.arketic.schema.knowledge;

import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.LedgerRows;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds versions in flight without an active executor: parked ones, which wait with their reason, and those whose
 * executor has been silent for long.
 */
public final class ParkedVersions {

    /**
     * Names a version to look at again.
     *
     * @param attempts so far: as long as they are the same, no executor has taken it up
     */
    public record Due(String key, int attempts, long size) {}

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    private final TenantDatabase database;
    private final EmbeddingCache cache;

    /** @param cache keeps the vectors of chunks that are withdrawn */
    public ParkedVersions(TenantDatabase database, EmbeddingCache cache) {
        this.database = database;
        this.cache = cache;
    }

    /**
     * Parks a version in flight and leaves the document of its key unchanged. The pause doubles with each attempt on
     * the version. It has no effect on a version that has ended.
     *
     * @throws OvertakenException when the object was looked at again since
     */
    public void park(KnowledgeTarget target, ObjectVersion version, String reason, String detail, Duration longestPause)
            throws SQLException {
        database.transaction(target.context(), connection -> {
            LedgerRows.hold(connection, target, version);
            return park(connection, version, reason, detail, longestPause);
        });
    }

    /**
     * Parks a version like {@link #park} that the store holds and refuses. The document shows the reason, and the
     * content indexed under its key is withdrawn, because its object no longer holds it.
     */
    public void withhold(
            KnowledgeTarget target, ObjectVersion version, String reason, String detail, Duration longestPause)
            throws SQLException {
        database.transaction(target.context(), connection -> {
            LedgerRows.hold(connection, target, version);
            Optional<LockedDocument> document = LockedDocument.lock(connection, target, version);
            if (!park(connection, version, reason, detail, longestPause)) {
                return false;
            }
            if (document.isPresent()) {
                LedgerRows.supersedeOthers(connection, version, true);
                document.get().fail(connection, cache, version, reason, detail);
            }
            return true;
        });
    }

    /**
     * Counts a failure of this version that ends it after several tries; returns how many there are so far. An end of the
     * version resets the count.
     *
     * @throws OvertakenException when the object was looked at again since
     */
    public int countFailure(KnowledgeTarget target, ObjectVersion version) throws SQLException {
        String update = """
                update ingest_ledger set content_failures = content_failures + 1
                where bucket = ? and object_key = ? and etag = ? and last_modified = ? and ended_at is null
                returning content_failures
                """;
        return database.transaction(target.context(), connection -> {
            LedgerRows.hold(connection, target, version);
            try (PreparedStatement statement = connection.prepareStatement(update)) {
                LedgerRows.identify(statement, 1, version);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? row.getInt(1) : 0;
                }
            }
        });
    }

    private static boolean park(
            Connection connection, ObjectVersion version, String reason, String detail, Duration longestPause)
            throws SQLException {
        String update = """
                update ingest_ledger
                set state = 'received', reason = ?, detail = ?, parked_until = clock_timestamp()
                    + least(? * interval '1 second', ? * interval '1 second' * power(2, least(attempts - 1, 20)))
                where bucket = ? and object_key = ? and etag = ? and last_modified = ? and ended_at is null
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setString(1, reason);
            statement.setString(2, LedgerRows.storable(detail));
            statement.setLong(3, longestPause.toSeconds());
            statement.setLong(4, FIRST_PAUSE.toSeconds());
            LedgerRows.identify(statement, 5, version);
            if (statement.executeUpdate() == 0) {
                return false;
            }
        }
        // Other versions of the key in flight are not in the store, and would come due, too.
        LedgerRows.supersedeOthers(connection, version, false);
        return true;
    }

    /**
     * Returns parked versions of a bucket whose time has come, the longest overdue first, with a limit for each
     * knowledge base.
     */
    public List<Due> due(String bucket, int most) throws SQLException {
        return database.single(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select object_key, attempts, size from ledger_due(?, ?)")) {
                statement.setString(1, bucket);
                statement.setInt(2, most);
                return read(statement);
            }
        });
    }

    /** Returns unparked versions of a bucket in flight that were not touched for this duration. */
    public List<Due> forgotten(String bucket, Duration untouched) throws SQLException {
        return database.single(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select object_key, attempts, size from ledger_forgotten(?, ? * interval '1 second')")) {
                statement.setString(1, bucket);
                statement.setLong(2, untouched.toSeconds());
                return read(statement);
            }
        });
    }

    private static List<Due> read(PreparedStatement statement) throws SQLException {
        List<Due> due = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                due.add(new Due(row.getString(1), row.getInt(2), row.getLong(3)));
            }
        }
        return due;
    }
}
