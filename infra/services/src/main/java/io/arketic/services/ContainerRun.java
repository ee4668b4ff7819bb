package io.arketic.services;

import com.github.dockerjava.api.DockerClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * Runs a component of the test run in a container of the Docker engine on this machine instead of as a process, at the
 * same port. Loads only where Testcontainers is on the class path.
 */
final class ContainerRun {

    private static final Map<Component, GenericContainer<?>> RUNNING = new ConcurrentHashMap<>();

    private ContainerRun() {}

    /** Image: the system property {@code arketic.containers.postgresql}. */
    static PostgresServer postgres(PostgresServer server) {
        return start(
                server,
                image("postgresql", "pgvector/pgvector:pg17"),
                5432,
                Map.of("POSTGRES_USER", PostgresServer.SUPERUSER, "POSTGRES_PASSWORD", server.password()));
    }

    /** Image: the system property {@code arketic.containers.kafka}. It is set up as Kafka's own image is. */
    static KafkaBroker kafka(KafkaBroker broker) {
        return start(
                broker,
                image("kafka", "apache/kafka:4.1.1"),
                9092,
                Map.ofEntries(
                        Map.entry("KAFKA_NODE_ID", "1"),
                        Map.entry("KAFKA_PROCESS_ROLES", "broker,controller"),
                        Map.entry("KAFKA_LISTENERS", "PLAINTEXT://:9092,CONTROLLER://:9093"),
                        Map.entry("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://" + broker.bootstrapServers()),
                        Map.entry("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
                        Map.entry("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                        Map.entry("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093"),
                        Map.entry("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
                        Map.entry("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
                        Map.entry("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"),
                        Map.entry("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"),
                        Map.entry("KAFKA_NUM_PARTITIONS", "4")));
    }

    /** As {@code kill -9}, and starts it again; returns when it serves. */
    static void crash(Component component) {
        GenericContainer<?> container = RUNNING.get(component);
        if (container == null) {
            throw new IllegalStateException(component.name() + " does not run");
        }
        DockerClient docker = container.getDockerClient();
        docker.killContainerCmd(container.getContainerId()).exec();
        docker.startContainerCmd(container.getContainerId()).exec();
        TestRun.run(() -> TestRun.awaitReady(component));
    }

    private static String image(String component, String standard) {
        return System.getProperty("arketic.containers." + component, standard);
    }

    private static <C extends Component> C start(
            C component, String image, int inside, Map<String, String> environment) {
        var container = new GenericContainer<>(DockerImageName.parse(image))
                .withEnv(environment)
                .waitingFor(new AbstractWaitStrategy() {
                    @Override
                    protected void waitUntilReady() {
                        TestRun.run(() -> TestRun.awaitReady(component));
                    }
                });
        int outside = component.ports().get(0).number();
        container.setPortBindings(List.of("127.0.0.1:" + outside + ":" + inside));
        container.start();
        RUNNING.put(component, container);
        return component;
    }
}
