package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/** Runs a Kafka broker that is its own KRaft controller. */
record KafkaBroker(Path root, Path directory, Port port, Port controllerPort) implements Component {

    private static final int ANSWER_SECONDS = 10;

    private static final String ADDRESSES = """
            controller.quorum.voters=1@127.0.0.1:%2$d
            listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
            advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
            log.dirs=%3$s
            """;

    /** Holds all settings except its ports and its data directory. */
    static final String SETTINGS = """
            process.roles=broker,controller
            node.id=1
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=PLAINTEXT
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
            num.partitions=4
            offsets.topic.num.partitions=8
            offsets.topic.replication.factor=1
            transaction.state.log.num.partitions=4
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            share.coordinator.state.topic.num.partitions=1
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            group.initial.rebalance.delay.ms=0
            log.cleaner.dedupe.buffer.size=4194304
            log.segment.bytes=67108864
            """;

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public List<Port> ports() {
        return List.of(port, controllerPort);
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        JavaProgram.writeLogging(directory);
        Path settings = writeSettings("server.properties", data());
        if (!Files.exists(data().resolve("meta.properties"))) {
            format(settings);
        }
    }

    @Override
    public List<String> command() {
        return program(
                "kafka.Kafka", List.of(directory.resolve("server.properties").toString()));
    }

    @Override
    public boolean isReady() throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = admin()) {
            return !admin.describeCluster()
                    .nodes()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .isEmpty();
        }
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port.number();
    }

    private Admin admin() {
        return Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers(),
                "default.api.timeout.ms", ANSWER_SECONDS * 1000,
                "request.timeout.ms", ANSWER_SECONDS * 1000));
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path writeSettings(String name, Path data) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, SETTINGS + ADDRESSES.formatted(port.number(), controllerPort.number(), data));
        return file;
    }

    /**
     * Formats the directory with Kafka's own tool, without which Kafka does not start; repeats an incomplete
     * formatting.
     */
    private void format(Path settings) throws IOException, InterruptedException {
        Directories.delete(data());
        Path log = directory.resolve("format.log");
        Process process = new ProcessBuilder(program(
                        "kafka.tools.StorageTool",
                        // Kafka's own ids never begin with a dash, which would be taken for an option.
                        List.of(
                                "format",
                                "--cluster-id",
                                Uuid.randomUuid().toString(),
                                "--config",
                                settings.toString())))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new ServiceException(Reason.SYSTEM, "Kafka's storage cannot be formatted:\n" + Files.readString(log));
        }
    }

    private List<String> program(String mainClass, List<String> arguments) {
        return JavaProgram.command(
                root,
                "kafka",
                directory,
                List.of("-Xms128m", "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                mainClass,
                arguments);
    }
}
