package io.arketic.services;

import io.arketic.services.PostgresServer.Durability;
import io.arketic.services.SharedServices.Access;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Provides real services for integration tests. Each starts on first use, is shared by all tests of a Maven run, and ends
 * with Maven. If a service cannot start, the test fails with the command that installs the missing package.
 *
 * <p>They are processes of this machine; with {@code mvn -Pcontainers} the database and the broker are containers, which
 * each module starts for itself.
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

    /** Holds the password of every role of the product: roles belong to the server, which all tests share. */
    public static final String ROLE_PASSWORD = "secret of the application";

    private static final AtomicInteger CLUSTERS = new AtomicInteger();
    private static final AtomicInteger BROKERS = new AtomicInteger();

    private Fixtures() {}

    /** Creates an empty database; each call creates another one, on the same server. */
    public static Database database() {
        return Postgres.DATABASES.create();
    }

    /**
     * Creates a database that the preparation fills; each call creates another one. The preparation runs on an empty
     * database at the first call for a kind, and on each copy of that database afterwards: it does what PostgreSQL does not
     * copy, the privileges of the database itself.
     *
     * @param kind a word of letters; the same preparation at each call
     */
    public static Database database(String kind, Consumer<Database> preparation) {
        return Postgres.DATABASES.create(kind, preparation);
    }

    /** Returns the bootstrap servers of a real broker, the same at each call. It creates topics on their first use. */
    public static String kafka() {
        return Kafka.BROKER.bootstrapServers();
    }

    /** Starts a broker for one test, which may stop it: another one at each call. */
    public static Broker broker() {
        return Broker.start(TestRun.directory().resolve("broker-" + BROKERS.incrementAndGet()));
    }

    /** Returns how often a heavy test repeats its work: all {@code times} in the Maven profile {@code full}, else a fifth. */
    public static int heavy(int times) {
        return Boolean.getBoolean("arketic.full") ? times : Math.max(1, times / 5);
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

    private static final class Postgres {

        static final TestDatabases DATABASES = new TestDatabases(start());

        private static PostgresServer start() {
            return TestRun.usesContainers()
                    ? ContainerRun.postgres(server(TestRun.directory().resolve("postgresql"), ownAccess()))
                    : SharedServices.get("postgresql", Postgres::server);
        }

        private static PostgresServer server(Path directory, Access access) {
            return new PostgresServer(TestRun.root(), directory, access.port(), access.secret(), Durability.FIXTURE);
        }
    }

    private static final class Kafka {

        static final KafkaBroker BROKER = start();

        private static KafkaBroker start() {
            return TestRun.usesContainers()
                    ? ContainerRun.kafka(broker(TestRun.directory().resolve("kafka"), ownAccess()))
                    : SharedServices.get("kafka", Kafka::broker);
        }

        private static KafkaBroker broker(Path directory, Access access) {
            return new KafkaBroker(TestRun.root(), directory, access.port(), access.secondPort());
        }
    }

    private static final class Store {
        static final ObjectStoreServer SERVER = SharedServices.get(
                "object-store",
                (directory, access) ->
                        new ObjectStoreServer(TestRun.root(), directory, access.port(), "fixture", access.secret()));
    }

    private static Access ownAccess() {
        return new Access(Port.free(), Port.free(), UUID.randomUUID().toString());
    }
}
