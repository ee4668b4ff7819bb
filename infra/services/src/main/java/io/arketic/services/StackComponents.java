package io.arketic.services;

import io.arketic.services.FlinkProcess.Role;
import io.arketic.services.PostgresServer.Durability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the components of a local stack.
 *
 * @param services what the product stands on; independent of each other
 * @param flink waits by itself for ZooKeeper
 * @param api starts when schema, topics and bucket are there
 * @param options what was asked for besides; starts last
 */
record StackComponents(
        PostgresServer postgres,
        List<Component> services,
        List<Component> flink,
        RagApi api,
        List<Component> options,
        Supervisor supervisor) {

    private static final int CONNECTIONS = 128;

    static StackComponents of(StackSettings settings) {
        Path root = settings.root();
        Path directory = settings.directory();
        var postgres = new PostgresServer(
                root,
                directory.resolve("postgresql"),
                settings.postgresPort(),
                settings.secrets().databaseOwnerPassword(),
                Durability.DURABLE,
                connections(settings) + archiving(settings));
        List<Component> services = new ArrayList<>(List.of(postgres));
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
            cluster.add(new FlinkProcess(flink, Role.TASK_MANAGER, "taskmanager-" + number));
        }
        return new StackComponents(
                postgres,
                List.copyOf(services),
                List.copyOf(cluster),
                new RagApi(
                        root,
                        directory.resolve("rag-api"),
                        settings.apiPort(),
                        settings.managementPort(),
                        settings.apiEnvironment()),
                StackOptions.components(settings),
                new Supervisor(settings));
    }

    /**
     * Gives each further TaskManager the connections of the first. One that stands still keeps its own while another does
     * its work.
     */
    private static String connections(StackSettings settings) {
        return "max_connections = " + CONNECTIONS * settings.taskManagers() + "\n";
    }

    private static String archiving(StackSettings settings) {
        if (settings.backsUp()) {
            return PgBackRest.archiving(settings);
        }
        return settings.keepsLog() ? PgBackRest.keeping() : "";
    }

    /** Returns the waves of a start; each uses only earlier ones. */
    List<List<Component>> waves() {
        return List.of(services, flink, List.of(api), options);
    }

    List<Component> inOrder() {
        return waves().stream().flatMap(List::stream).toList();
    }
}
