package io.arketic.services;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * Runs a component of the test run in a container of the Docker engine on this machine instead of a process, at the
 * same port. It loads only with Testcontainers on the class path.
 */
final class ContainerRun {

    /**
     * Sets the shared memory in which PostgreSQL's parallel workers exchange rows; Docker's own 64 MiB are too few for
     * an HNSW build.
     */
    private static final long SHARED_MEMORY_BYTES = 512L << 20;

    private ContainerRun() {}

    /**
     * Starts the image of the system property {@code arketic.containers.postgresql}, with settings as PostgreSQL's own
     * image takes them.
     */
    static PostgresServer postgres(PostgresServer server) {
        List<String> command = new ArrayList<>(List.of("postgres"));
        properties(server.settings()).forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        var container = container("postgresql", "pgvector/pgvector:0.8.6-pg17")
                .withEnv("POSTGRES_USER", PostgresServer.SUPERUSER)
                .withEnv("POSTGRES_PASSWORD", server.password())
                .withEnv("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C.UTF-8 --data-checksums")
                .withSharedMemorySize(SHARED_MEMORY_BYTES)
                .withCommand(command.toArray(String[]::new));
        return start(server, container, 5432);
    }

    /**
     * Starts the image of the system property {@code arketic.containers.kafka}, with settings as Kafka's own image
     * takes them.
     */
    static KafkaBroker kafka(KafkaBroker broker) {
        var container = container("kafka", "apache/kafka:4.2.0")
                .withEnv("KAFKA_LISTENERS", "PLAINTEXT://:9092,CONTROLLER://:9093")
                .withEnv("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://" + broker.bootstrapServers())
                .withEnv("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093");
        properties(KafkaBroker.SETTINGS)
                .forEach((name, value) -> container.withEnv(
                        "KAFKA_" + name.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        return start(broker, container, 9092);
    }

    private static GenericContainer<?> container(String component, String image) {
        return new GenericContainer<>(
                DockerImageName.parse(System.getProperty("arketic.containers." + component, image)));
    }

    private static <C extends Component> C start(C component, GenericContainer<?> container, int inside) {
        int outside = component.ports().get(0).number();
        container.setPortBindings(List.of("127.0.0.1:" + outside + ":" + inside));
        container.setWaitStrategy(new AbstractWaitStrategy() {
            @Override
            protected void waitUntilReady() {
                TestRun.run(() -> TestRun.awaitReady(component));
            }
        });
        container.start();
        return component;
    }

    /** Reads a native settings file, so that a container has the same settings as the process. */
    private static Map<String, String> properties(String settings) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var sorted = new TreeMap<String, String>();
        properties.forEach((name, value) -> sorted.put((String) name, unquoted((String) value)));
        return sorted;
    }

    private static String unquoted(String value) {
        return value.startsWith("'") ? value.substring(1, value.length() - 1) : value;
    }
}
