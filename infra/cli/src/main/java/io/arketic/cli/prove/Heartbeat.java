package io.arketic.cli.prove;

import io.arketic.services.DatabaseAccess;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Commits the time to a table of its own, again and again, until it is closed; it removes the table then. */
final class Heartbeat implements AutoCloseable {

    private static final int EVERY_MILLIS = 200;

    private final DatabaseAccess owner;
    private final Thread thread = new Thread(this::beatOn, "heartbeat");

    Heartbeat(DatabaseAccess owner) throws SQLException {
        this.owner = owner;
        execute("create schema if not exists arketic_proof");
        execute("create table if not exists arketic_proof.heartbeat (at timestamptz not null)");
        thread.setDaemon(true);
        thread.start();
    }

    /** Commits a time and returns it. */
    Instant beat() throws SQLException {
        try (Connection connection = connect(owner);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "insert into arketic_proof.heartbeat values (clock_timestamp()) returning at")) {
            row.next();
            return row.getTimestamp(1).toInstant();
        }
    }

    /** Waits until the segment of a time, and one after it, are in the archive. */
    void awaitArchived(Instant time, Duration within) throws Exception {
        ProofBase.await(
                "archived after " + time,
                () -> {
                    try (Connection connection = connect(owner);
                            Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery("select last_archived_time from pg_stat_archiver")) {
                        row.next();
                        return row.getTimestamp(1) == null
                                ? Instant.MIN
                                : row.getTimestamp(1).toInstant();
                    }
                },
                archived -> archived.isAfter(time.plusSeconds(1)),
                within);
    }

    private void beatOn() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                beat();
                TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
            } catch (SQLException e) {
                // The next beat tries again.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = connect(owner);
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }

    static Connection connect(DatabaseAccess access) throws SQLException {
        return DriverManager.getConnection(access.url(), access.user(), access.password());
    }

    @Override
    public void close() throws SQLException {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        execute("drop schema arketic_proof cascade");
    }
}
