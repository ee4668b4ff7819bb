package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Runs the broker of {@code compose.yaml}, with its environment and its image's entrypoint, as a process without a container. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ComposeBrokerIT {

    private static final String PASSWORD = "a \"secret\" of \\compose";
    private static final List<String> LISTENERS = List.of("INSIDE", "OUTSIDE");

    private final Map<String, Port> ports =
            Map.of("INSIDE", Port.free(), "OUTSIDE", Port.free(), "CONTROLLER", Port.free());

    private Path directory;
    private Process broker;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        Path images = TestRun.root().resolve("infra/images/kafka");
        String script = Files.readString(images.resolve("entrypoint.sh"))
                .replace("/opt/kafka/libs", TestRun.root() + "/infra/dist/kafka/target/lib")
                .replace("/opt/kafka/config", TestRun.root() + "/infra/services/src/main/resources/io/arketic/services")
                .replace("log4j2.properties", "components.log4j2.properties")
                .replace(
                        "/tmp/server.properties",
                        directory.resolve("server.properties").toString());
        assertThat(script).doesNotContain("/opt/", "/tmp/server");
        Path entrypoint = Files.writeString(directory.resolve("entrypoint.sh"), script);
        ProcessBuilder builder = new ProcessBuilder("bash", entrypoint.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("broker.log").toFile());
        builder.environment().putAll(environment());
        broker = builder.start();
        try (Admin admin = admin("OUTSIDE", PASSWORD)) {
            admin.describeCluster().nodes().get(90, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(Files.readString(directory.resolve("broker.log")), e);
        }
    }

    @AfterAll
    void stop() {
        broker.destroy();
        while (broker.isAlive()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Test
    void theUserOfComposeWritesTopics() throws Exception {
        try (Admin admin = admin("INSIDE", PASSWORD)) {
            admin.createTopics(List.of(new NewTopic("of-compose", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).contains("of-compose");
        }
    }

    @Test
    void noListenerServesACallerWithoutThePassword() {
        for (String listener : LISTENERS) {
            for (String password : new String[] {"", "another", PASSWORD + " "}) {
                try (Admin admin = admin(listener, password)) {
                    assertThatThrownBy(() -> admin.describeCluster().nodes().get(60, TimeUnit.SECONDS))
                            .as(listener + " with " + password)
                            .hasCauseInstanceOf(SaslAuthenticationException.class);
                }
            }
            try (Admin admin = Admin.create(common(listener, 5_000))) {
                assertThatThrownBy(() -> admin.describeCluster().nodes().get(60, TimeUnit.SECONDS))
                        .as(listener + " without SASL")
                        .isInstanceOf(ExecutionException.class);
            }
        }
    }

    /** The controller's listener has no password, so that it must not be reached from elsewhere. */
    @Test
    void onlyTheControllersOwnMachineReachesIt() throws IOException {
        assertThat(Files.readString(directory.resolve("server.properties")).lines())
                .filteredOn(line -> line.startsWith("listeners="))
                .singleElement()
                .asString()
                .contains("CONTROLLER://localhost:");
    }

    private Admin admin(String listener, String password) {
        Map<String, Object> settings = common(listener, 90_000);
        String escaped = password.replace("\\", "\\\\").replace("\"", "\\\"");
        settings.put("security.protocol", "SASL_PLAINTEXT");
        settings.put("sasl.mechanism", "PLAIN");
        settings.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"arketic\" password=\""
                        + escaped + "\";");
        return Admin.create(settings);
    }

    private Map<String, Object> common(String listener, int patience) {
        return new HashMap<>(Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + ports.get(listener).number(),
                "default.api.timeout.ms",
                patience,
                "request.timeout.ms",
                4_000));
    }

    /** Returns what compose sets, with ports and directories of this test. */
    private Map<String, String> environment() throws IOException {
        Map<String, Object> file = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(TestRun.root().resolve("infra/compose/compose.yaml")));
        Map<?, ?> service = (Map<?, ?>) ((Map<?, ?>) file.get("services")).get("kafka");
        Map<String, String> environment = new HashMap<>();
        ((Map<?, ?>) service.get("environment")).forEach((name, value) -> environment.put((String) name, "" + value));
        List<String> listeners = new ArrayList<>();
        List<String> advertised = new ArrayList<>();
        for (String listener : environment.get("KAFKA_LISTENERS").split(",")) {
            String name = listener.substring(0, listener.indexOf(':'));
            String address = listener.replaceAll(":\\d+$", ":" + ports.get(name).number());
            listeners.add(address);
            if (LISTENERS.contains(name)) {
                advertised.add(name + "://127.0.0.1:" + ports.get(name).number());
            }
        }
        environment.put("KAFKA_LISTENERS", String.join(",", listeners));
        environment.put("KAFKA_ADVERTISED_LISTENERS", String.join(",", advertised));
        environment.put(
                "KAFKA_CONTROLLER_QUORUM_VOTERS",
                "1@localhost:" + ports.get("CONTROLLER").number());
        environment.put("KAFKA_LOG_DIRS", directory.resolve("data").toString());
        environment.put("KAFKA_HEAP_OPTS", "-Xms128m -Xmx192m");
        environment.put("ARKETIC_KAFKA_PASSWORD", PASSWORD);
        return environment;
    }
}
