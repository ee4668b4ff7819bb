package io.arketic.schema.ledger;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.io.Serializable;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Queues the objects of a bucket that have to be looked at. A key is queued once, however often it is marked. An owner
 * leases keys to executors and renews their leases; a lease that is not renewed ends, and the key is free again. Safe
 * for use by several threads and processes.
 */
public final class ObjectQueue {

    /** Names the notification of a mark. */
    public static final String CHANNEL = "dirty_objects";

    /**
     * Is a reason to look at an object.
     *
     * @param event as the look needs it; its form is the caller's
     * @param announces whether the event names a version that its look has to account for, also if another look is due
     * @param told whether the store told of it; an object that is read again anyway does not wait for that then
     * @param delay after which the object has its turn beside objects of the same tenant that are marked then
     */
    public record Mark(String key, String event, boolean announces, boolean told, long size, Duration delay) {}

    /** Names a key that is not leased. */
    public record Free(String key, String tenant, long size) {}

    /**
     * Names a leased key.
     *
     * @param lease numbers the lease, as no other: only the executor of the latest one settles the key
     * @param marks that the look settles
     * @param events at least one, in order
     * @param waited since the first mark
     */
    public record Leased(String key, long lease, long marks, List<String> events, Duration waited)
            implements Serializable {

        public Leased {
            events = List.copyOf(events);
        }
    }

    private final TenantDatabase database;
    private final String bucket;

    public ObjectQueue(TenantDatabase database, String bucket) {
        this.database = database;
        this.bucket = bucket;
    }

    /** Marks objects. When it returns, a look at each will begin later. */
    public void mark(Collection<Mark> marks) throws SQLException {
        // Two statements could otherwise wait for each other. One statement changes a row once.
        List<Mark> rest = marks.stream().sorted(Comparator.comparing(Mark::key)).toList();
        while (!rest.isEmpty()) {
            Map<String, Mark> first = new LinkedHashMap<>();
            List<Mark> again = new ArrayList<>();
            for (Mark mark : rest) {
                if (first.putIfAbsent(LedgerRows.storable(mark.key()), mark) != null) {
                    again.add(mark);
                }
            }
            markOnce(first);
            rest = again;
        }
    }

    private void markOnce(Map<String, Mark> marks) throws SQLException {
        List<Mark> values = List.copyOf(marks.values());
        database.transaction(TenantContext.NONE, connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select mark_objects(?, ?, ?, ?, ?, ?, ?)")) {
                statement.setString(1, bucket);
                statement.setArray(2, texts(connection, marks.keySet()));
                statement.setArray(
                        3, texts(connection, values.stream().map(Mark::event).toList()));
                statement.setArray(
                        4,
                        connection.createArrayOf(
                                "boolean", values.stream().map(Mark::announces).toArray()));
                statement.setArray(
                        5,
                        connection.createArrayOf(
                                "boolean", values.stream().map(Mark::told).toArray()));
                statement.setArray(
                        6,
                        connection.createArrayOf(
                                "bigint", values.stream().map(Mark::size).toArray()));
                statement.setArray(
                        7,
                        connection.createArrayOf(
                                "bigint",
                                values.stream()
                                        .map(mark -> mark.delay().toMillis())
                                        .toArray()));
                return statement.execute();
            }
        });
    }

    /** Returns keys that are not leased, in order: at most so many of each tenant. */
    public List<Free> free(int ofEach) throws SQLException {
        return database.single(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select object_key, tenant, size from free_objects(?, ?)")) {
                statement.setString(1, bucket);
                statement.setInt(2, ofEach);
                List<Free> free = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        free.add(new Free(row.getString(1), row.getString(2), row.getLong(3)));
                    }
                }
                return free;
            }
        });
    }

    /** Leases keys; the answer lacks those that another owner leased, or that were settled, meanwhile. */
    public List<Leased> lease(UUID owner, Collection<String> keys, Duration lasts) throws SQLException {
        return database.transaction(TenantContext.NONE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select object_key, lease, marks, events, waited_ms from lease_objects(?, ?, ?, ? * interval '1 millisecond')")) {
                bind(connection, statement, owner, keys, lasts);
                List<Leased> leased = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        leased.add(new Leased(
                                row.getString(1),
                                row.getLong(2),
                                row.getLong(3),
                                List.of((String[]) row.getArray(4).getArray()),
                                Duration.ofMillis(row.getLong(5))));
                    }
                }
                return leased;
            }
        });
    }

    /**
     * Renews the owner's leases on these keys and ends its others. It also ends the leases of all owners that were not
     * renewed in time.
     */
    public void renew(UUID owner, Collection<String> keys, Duration lasts) throws SQLException {
        database.transaction(TenantContext.NONE, connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select renew_objects(?, ?, ?, ? * interval '1 millisecond')")) {
                bind(connection, statement, owner, keys, lasts);
                return statement.execute();
            }
        });
    }

    /**
     * Ends a lease after its look. A key that was marked during the look is free again. It has no effect on a key that
     * was leased again since.
     */
    public void settle(Leased object) throws SQLException {
        database.single(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select settle_object(?, ?, ?, ?, ?)")) {
                statement.setString(1, bucket);
                statement.setString(2, object.key());
                statement.setLong(3, object.lease());
                statement.setLong(4, object.marks());
                statement.setArray(5, texts(connection, object.events()));
                return statement.execute();
            }
        });
    }

    /**
     * Ends a lease whose look had no end. The key keeps its marks and events, and is free after the pause: when an owner
     * renews its leases then. It has no effect on a key that was leased again since.
     */
    public void giveBack(Leased object, Duration pause) throws SQLException {
        database.single(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select return_object(?, ?, ?, ? * interval '1 millisecond')")) {
                statement.setString(1, bucket);
                statement.setString(2, object.key());
                statement.setLong(3, object.lease());
                statement.setLong(4, pause.toMillis());
                return statement.execute();
            }
        });
    }

    /** Returns the time of the clock that dates marks. */
    public Instant now() throws SQLException {
        return database.single(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select clock_timestamp()");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getTimestamp(1).toInstant();
            }
        });
    }

    /** Returns whether a mark from before {@code until} has had no look since that was settled or gave the key back. */
    public boolean waits(Instant until) throws SQLException {
        return database.single(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select objects_wait(?, ?)")) {
                statement.setString(1, bucket);
                statement.setTimestamp(2, Timestamp.from(until));
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getBoolean(1);
                }
            }
        });
    }

    /** Returns how long the oldest mark has waited for the end of its look; zero without one. */
    public Duration oldest() throws SQLException {
        return database.single(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select oldest_mark(?)")) {
                statement.setString(1, bucket);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return Duration.ofMillis(row.getLong(1)); // null is 0
                }
            }
        });
    }

    private void bind(
            Connection connection, PreparedStatement statement, UUID owner, Collection<String> keys, Duration lasts)
            throws SQLException {
        statement.setString(1, bucket);
        statement.setArray(2, texts(connection, keys));
        statement.setObject(3, owner);
        statement.setLong(4, lasts.toMillis());
    }

    private static Array texts(Connection connection, Collection<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }
}
