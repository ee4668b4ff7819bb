package io.arketic.cli.stack;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Keeps every write to one object waiting, in a transaction that does nothing else, until it is closed. */
public final class ObjectHold implements AutoCloseable {

    private final Connection connection;

    ObjectHold(Connection connection, String bucket, String key) throws SQLException {
        this.connection = connection;
        try {
            connection.setAutoCommit(false);
            try (PreparedStatement lock = connection.prepareStatement("select lock_object(?, ?)")) {
                lock.setString(1, bucket);
                lock.setString(2, key);
                lock.execute();
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Returns the client's port of a transaction that waits for the object; 0 if none does. */
    public int waitingPort() throws SQLException {
        String query = """
                select coalesce(max(a.client_port), 0)
                from pg_locks mine
                join pg_locks theirs on theirs.locktype = mine.locktype and theirs.database = mine.database
                    and theirs.classid = mine.classid and theirs.objid = mine.objid and not theirs.granted
                join pg_stat_activity a on a.pid = theirs.pid
                where mine.pid = pg_backend_pid() and mine.locktype = 'advisory' and mine.granted
                """;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
