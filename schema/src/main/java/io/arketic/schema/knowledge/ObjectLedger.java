package io.arketic.schema.knowledge;

import io.arketic.schema.ledger.KnownObject;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Consumer;

/** Reads the ledger's objects of a bucket, across all organizations, for comparison with a listing of the bucket. */
public final class ObjectLedger {

    private final TenantDatabase database;

    public ObjectLedger(TenantDatabase database) {
        this.database = database;
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
