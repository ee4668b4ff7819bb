package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** Holds PostgreSQL and the embedded store of a stack while they run without the rest; closing stops them. */
public final class DataServices implements AutoCloseable {

    /** Limits the replay of a write-ahead log. */
    private static final Duration RECOVERS_WITHIN = Duration.ofHours(4);

    private final Path directory;
    private final Deque<Component> started = new ArrayDeque<>();

    private DataServices(Path directory) {
        this.directory = directory;
    }

    /** Returns when they serve and the database takes writes: a restored one first replays its log. */
    static DataServices start(StackSettings settings, StackComponents components, boolean database, boolean store)
            throws InterruptedException {
        var services = new DataServices(settings.directory());
        try {
            for (Component component : needed(components, database, store)) {
                services.started.push(component);
                ServiceProcess process = ServiceProcess.start(component, settings.directory());
                if (component instanceof PostgresServer server) {
                    awaitRecovered(process, server);
                } else {
                    process.awaitReady();
                }
            }
            return services;
        } catch (RuntimeException | InterruptedException e) {
            services.close();
            throw e;
        }
    }

    private static List<Component> needed(StackComponents components, boolean database, boolean store) {
        return Stream.concat(Stream.of(components.postgres()), components.services().stream())
                .filter(component -> database && component instanceof PostgresServer
                        || store && component instanceof ObjectStoreServer)
                .distinct()
                .toList();
    }

    private static void awaitRecovered(ServiceProcess process, PostgresServer server) throws InterruptedException {
        boolean recovered = ServiceProcess.await(() -> !process.isAlive() || takesWrites(server), RECOVERS_WITHIN);
        if (!recovered || !process.isAlive()) {
            throw new ServiceException(Reason.EXITED, "PostgreSQL did not recover; its log: " + process.log());
        }
    }

    private static boolean takesWrites(PostgresServer server) {
        try (var connection = server.connect("postgres");
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT NOT pg_is_in_recovery()")) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException e) {
            // Classes of SQLSTATE: a wrong password stays wrong, however long the log is replayed.
            if (String.valueOf(e.getSQLState()).startsWith("28")) {
                throw new ServiceException(
                        Reason.OTHER_PASSWORD,
                        "the database does not take this stack's password: " + e.getMessage(),
                        e);
            }
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        while (!started.isEmpty()) {
            ServiceProcess.stop(started.pop(), directory);
        }
    }
}
