package io.arketic.services;

import io.arketic.services.FlinkProcess.Role;
import io.arketic.services.PostgresServer.Durability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Holds the components of a local stack.
 *
 * @param postgres the server of a stack without a pair, and of the first node of a pair
 * @param nodes two if the stack has a pair of servers, else none; they use ZooKeeper
 * @param services what the product stands on, except a pair of servers; independent of each other
 * @param flink waits by itself for ZooKeeper
 * @param apis start when schema, topics and bucket are there, the first one before the others: it makes the keys of secret
 *     columns
 * @param options what was asked for besides; starts last
 */
record StackComponents(
        PostgresServer postgres,
        List<PatroniNode> nodes,
        List<Component> services,
        List<Component> flink,
        List<RagApi> apis,
        List<Component> options,
        Supervisor supervisor) {

    private static final int CONNECTIONS = 128;

    static StackComponents of(StackSettings settings) {
        Path root = settings.root();
        Path directory = settings.directory();
        PostgresServer postgres = postgres(settings, 1);
        List<PatroniNode> nodes = settings.isReplicated() ? List.of(node(settings, 1), node(settings, 2)) : List.of();
        List<Component> services = new ArrayList<>(nodes.isEmpty() ? List.of(postgres) : List.of());
        if (settings.embedsKafka()) {
            services.add(new KafkaBroker(
                    root, directory.resolve("kafka"), settings.kafkaPort(), settings.kafkaControllerPort()));
        }
        if (settings.embedsStore()) {
            services.add(new ObjectStoreServer(
                    root,
                    directory.resolve("object-store"),
                    settings.storePort(),
                    StackSettings.STORE_ACCESS_KEY,
                    settings.secrets().storeSecretKey()));
        }
        services.add(new ZooKeeperServer(root, directory.resolve("zookeeper"), settings.zooKeeperPort()));
        var flink = new FlinkSettings(
                root,
                directory.resolve("flink"),
                settings.flinkPort(),
                settings.zooKeeperPort(),
                settings.secrets().flinkKeyPassword(),
                settings.jobEnvironment(),
                settings.metricsPort());
        List<Component> cluster = new ArrayList<>(List.of(new FlinkProcess(flink, Role.JOB_MANAGER, "jobmanager")));
        for (int number = 1; number <= settings.taskManagers(); number++) {
            cluster.add(taskManager(flink, number));
        }
        return new StackComponents(
                postgres,
                nodes,
                List.copyOf(services),
                List.copyOf(cluster),
                IntStream.rangeClosed(1, settings.apiProcesses())
                        .mapToObj(number -> api(settings, number))
                        .toList(),
                StackOptions.components(settings),
                new Supervisor(settings));
    }

    private static PostgresServer postgres(StackSettings settings, int number) {
        return new PostgresServer(
                settings.root(),
                settings.directory().resolve(PatroniNode.name(number)),
                settings.postgresPort(number),
                settings.secrets().databaseOwnerPassword(),
                Durability.DURABLE,
                "max_connections = " + connections(settings) + "\n" + archiving(settings, number));
    }

    private static PatroniNode node(StackSettings settings, int number) {
        return new PatroniNode(
                postgres(settings, number),
                number,
                settings.patroniPort(number),
                settings.zooKeeperPort(),
                connections(settings));
    }

    /** Returns the server that takes writes now; the first one if none answers. */
    PostgresServer primary() throws InterruptedException {
        for (PatroniNode node : nodes) {
            if (node.isPrimary()) {
                return node.server();
            }
        }
        return postgres;
    }

    private static FlinkProcess taskManager(FlinkSettings flink, int number) {
        return new FlinkProcess(flink, Role.TASK_MANAGER, "taskmanager-" + number);
    }

    private static RagApi api(StackSettings settings, int number) {
        return new RagApi(
                settings.root(),
                settings.directory().resolve(number == 1 ? "rag-api" : "rag-api-" + number),
                number,
                settings.apiPort(number),
                settings.managementPort(number),
                settings.apiEnvironment(number));
    }

    /** Returns processes of an earlier start with larger numbers, which this stack no longer has. */
    List<Component> surplus() {
        List<Component> surplus = new ArrayList<>();
        if (nodes.isEmpty()) {
            surplus.add(new PatroniNode(postgres, 2, postgres.port(), postgres.port(), CONNECTIONS));
        }
        FlinkProcess manager = (FlinkProcess) flink.get(0);
        for (int number = flink.size(); number <= StackScale.MOST_TASK_MANAGERS; number++) {
            surplus.add(taskManager(manager.settings(), number));
        }
        RagApi first = apis.get(0);
        for (int number = apis.size() + 1; number <= StackScale.MOST_API_PROCESSES; number++) {
            surplus.add(new RagApi(
                    first.root(), first.directory(), number, first.port(), first.managementPort(), Map.of()));
        }
        return surplus;
    }

    /**
     * Gives each further TaskManager and API process the connections of the first. One that stands still keeps its own while
     * another does its work.
     */
    private static int connections(StackSettings settings) {
        return CONNECTIONS * (settings.taskManagers() + settings.apiProcesses() - 1);
    }

    private static String archiving(StackSettings settings, int number) {
        if (settings.backsUp()) {
            return PgBackRest.archiving(settings, settings.directory().resolve(PatroniNode.name(number)));
        }
        return settings.keepsLog() ? PgBackRest.keeping() : "";
    }

    /** Returns the waves of a start; each uses only earlier ones. */
    List<List<Component>> waves() {
        return Stream.of(services, nodes, flink, apis, options)
                .map(wave -> List.<Component>copyOf(wave))
                .toList();
    }

    List<Component> inOrder() {
        return waves().stream().flatMap(List::stream).toList();
    }
}
