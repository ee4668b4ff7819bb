package io.arketic.services;

import io.arketic.services.PostgresServer.Durability;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Real services for integration tests: each starts on first use, is shared by the tests of a JVM, and ends with it. A
 * service that cannot start fails the test with the command that installs what is missing.
 */
public final class Fixtures {

    /**
     * An empty database on a real PostgreSQL with pgvector.
     *
     * @param url JDBC address
     * @param user its owner, a superuser as the migrations need one to create the extension and the roles
     */
    public record Database(String url, String user, String password) {}

    /** An S3 store with no bucket yet. */
    public record ObjectStore(String endpoint, String accessKey, String secretKey) {}

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private Fixtures() {}

    /** A new, empty database; each call another one, on the same server. */
    public static Database database() {
        PostgresServer server = Postgres.SERVER;
        String name = "test_" + DATABASES.incrementAndGet();
        try (var connection = server.connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE template0");
        } catch (SQLException e) {
            throw new ServiceException(ServiceException.Reason.REFUSED, "Cannot create the database " + name, e);
        }
        return new Database(server.url(name), PostgresServer.SUPERUSER, server.password());
    }

    /** Bootstrap servers of a real broker. */
    public static String kafka() {
        throw new UnsupportedOperationException();
    }

    public static ObjectStore objectStore() {
        throw new UnsupportedOperationException();
    }

    private static final class Postgres {
        static final PostgresServer SERVER = TestRun.start(new PostgresServer(
                TestRun.root(),
                TestRun.directory().resolve("postgresql"),
                Port.free(),
                UUID.randomUUID().toString(),
                Durability.FIXTURE));
    }
}
