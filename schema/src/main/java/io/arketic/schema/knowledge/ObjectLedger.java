package io.arketic.schema.knowledge;

import io.arketic.schema.ledger.KnownObject;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the ledger's objects of a bucket, across all organizations, for comparison with a listing of the bucket. */
public final class ObjectLedger {

    /**
     * Is what the ledger and the queue hold under one key.
     *
     * @param version that the ledger handled last; null without one, and after a deletion
     * @param epoch of the object; 0 if the ledger has never had one under this key
     * @param waits whether a look is due that has not begun
     * @param removable whether a removal of the object has something to end: a document, or a version that is in flight
     *     or indexed
     */
    public record Known(String key, @Nullable KnownObject version, long epoch, boolean waits, boolean removable) {}

    private final TenantDatabase database;

    public ObjectLedger(TenantDatabase database) {
        this.database = database;
    }

    /** Returns whether the database orders keys by their bytes, as stores do: that is its locale C, or C.UTF-8. */
    public boolean isInKeyOrder() throws SQLException {
        return database.single(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                            "select 'B' < 'a' and 'a-c' < 'a/b' and 'a/b' < 'aa' and 'z' < U&'\\00E4' and U&'\\FFFD' < U&'\\+01F600'");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        });
    }

    /**
     * Returns the next keys of a bucket in the database's order, of every organization. Fewer than asked for are the last
     * ones.
     */
    public List<Known> knownAfter(String bucket, String key, int atMost) throws SQLException {
        return database.transaction(TenantContext.NONE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select object_key, etag, last_modified, settled, epoch, waits, removable from ledger_known_after(?, ?, ?)")) {
                statement.setString(1, bucket);
                statement.setString(2, key);
                statement.setInt(3, atMost);
                List<Known> known = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        String etag = rows.getString(2);
                        KnownObject version = etag == null
                                ? null
                                : new KnownObject(
                                        rows.getString(1),
                                        etag,
                                        rows.getTimestamp(3).toInstant(),
                                        rows.getBoolean(4));
                        known.add(new Known(
                                rows.getString(1), version, rows.getLong(5), rows.getBoolean(6), rows.getBoolean(7)));
                    }
                }
                return known;
            }
        });
    }

    /**
     * Passes all objects of a bucket in the ledger, of every organization, in no order.
     *
     * @param each may be shown an object again
     */
    public void knownObjects(String bucket, Consumer<KnownObject> each) throws SQLException {
        database.transaction(TenantContext.NONE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select object_key, etag, last_modified, settled from ledger_known_objects(?)")) {
                statement.setFetchSize(1_000);
                statement.setString(1, bucket);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        each.accept(new KnownObject(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getTimestamp(3).toInstant(),
                                rows.getBoolean(4)));
                    }
                }
            }
            return true;
        });
    }
}
