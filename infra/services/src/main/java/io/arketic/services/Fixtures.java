package io.arketic.services;

import io.arketic.services.PostgresServer.Durability;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Provides real services for integration tests: each starts on first use, is shared by the tests of a JVM, and ends
 * with it. If a service cannot start, the test fails with the command that installs the missing package.
 *
 * <p>They are processes of this machine; with {@code mvn -Pcontainers} the database and the broker are containers.
 */
public final class Fixtures {

    /**
     * Describes an empty database on a real PostgreSQL with pgvector.
     *
     * @param url JDBC address
     * @param user its owner, a superuser as the migrations need one to create the extension and the roles
     */
    public record Database(String url, String user, String password) {}

    /** Describes an S3 store without buckets. */
    public record ObjectStore(String endpoint, String accessKey, String secretKey) {}

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static final AtomicInteger CLUSTERS = new AtomicInteger();

    private Fixtures() {}

    /** Creates an empty database; each call creates another one, on the same server. */
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

    /** Kills the server of all databases like {@code kill -9}, and returns when it serves again at the same address. */
    public static void crashDatabaseServer() {
        crash(Postgres.SERVER);
    }

    /** Returns the bootstrap servers of a real broker, the same at each call. It creates topics on their first use. */
    public static String kafka() {
        return Kafka.BROKER.bootstrapServers();
    }

    /** Kills the broker like {@code kill -9}, and returns when it serves again at the same address. */
    public static void crashKafka() {
        crash(Kafka.BROKER);
    }

    /** Returns a port for a test's own listener; each call returns another one. */
    public static int freePort() {
        return Port.free().number();
    }

    /** Returns the same store at each call. */
    public static ObjectStore objectStore() {
        ObjectStoreServer server = Store.SERVER;
        return new ObjectStore(server.endpoint().toString(), server.accessKey(), server.secretKey());
    }

    /**
     * Starts a Flink cluster, another one at each call. Close it after use, because it takes about 1 GiB of memory.
     *
     * @param environment what the jobs find in the environment of both managers, {@code ARKETIC_…} for ours
     */
    public static FlinkCluster flink(Map<String, String> environment) {
        return FlinkCluster.start(TestRun.directory().resolve("flink-" + CLUSTERS.incrementAndGet()), environment);
    }

    private static void crash(Component component) {
        if (TestRun.usesContainers()) {
            ContainerRun.crash(component);
        } else {
            TestRun.crash(component);
        }
    }

    private static final class Postgres {

        static final PostgresServer SERVER = start();

        private static PostgresServer start() {
            var server = new PostgresServer(
                    TestRun.root(),
                    TestRun.directory().resolve("postgresql"),
                    Port.free(),
                    UUID.randomUUID().toString(),
                    Durability.FIXTURE);
            return TestRun.usesContainers() ? ContainerRun.postgres(server) : TestRun.start(server);
        }
    }

    private static final class Kafka {

        static final KafkaBroker BROKER = start();

        private static KafkaBroker start() {
            var broker =
                    new KafkaBroker(TestRun.root(), TestRun.directory().resolve("kafka"), Port.free(), Port.free());
            return TestRun.usesContainers() ? ContainerRun.kafka(broker) : TestRun.start(broker);
        }
    }

    private static final class Store {
        static final ObjectStoreServer SERVER = TestRun.start(new ObjectStoreServer(
                TestRun.root(),
                TestRun.directory().resolve("object-store"),
                Port.free(),
                "fixture",
                UUID.randomUUID().toString()));
    }
}
