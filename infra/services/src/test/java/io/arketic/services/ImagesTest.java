package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Tests that the containers of {@code infra/images} and {@code infra/compose} run like the processes of this module.
 */
class ImagesTest {

    /** Lists the settings that differ in a container: addresses and directories. */
    private static final Pattern ADDRESS = Pattern.compile(
            ".*(address|-host|\\.host|rest\\.port|quorum|dir|directory|storageDir|dirs|submit\\.enable|-origin|store|"
                    + "-password): .*");

    private static final FlinkSettings FLINK = new FlinkSettings(
            TestRun.root(),
            Path.of("flink"),
            Port.free(),
            Port.free(),
            "secret",
            Map.of(),
            new Port(9249, "ARKETIC_PORT_METRICS"));

    @Test
    void flinkHasTheSameSettings() throws IOException {
        List<String> own = FLINK.yaml()
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .filter(line -> !ADDRESS.matcher(line).matches())
                .toList();
        assertThat(own).contains("taskmanager.numberOfTaskSlots: 5");
        assertThat(read("images/flink/config.yaml").lines()).containsAll(own);
    }

    @Test
    void flinkHasTheSameMemory() throws IOException {
        String entrypoint = read("images/flink/entrypoint.sh");
        for (FlinkProcess.Role role : FlinkProcess.Role.values()) {
            List<String> options = new FlinkProcess(FLINK, role, "name")
                    .command().stream()
                            .filter(option -> option.matches("-X(?!X:\\+Exit).*"))
                            .toList();
            assertThat(entrypoint).contains("(" + String.join(" ", options) + ")");
        }
    }

    @Test
    void theApiHasTheSameMemory() throws IOException {
        String image = read("images/api/Dockerfile");
        assertThat(image).contains("\"" + String.join("\", \"", ApiOptions.VIRTUAL_MACHINE) + "\"");
        ApiOptions.ENVIRONMENT.forEach((name, value) -> assertThat(image).contains(name + "=" + value));
    }

    @Test
    void composeGivesPostgresqlTheSameSettings() throws IOException {
        String compose = read("compose/compose.yaml");
        var settings = new PostgresServer(
                TestRun.root(), Path.of("data"), Port.free(), "password", PostgresServer.Durability.DURABLE);
        assertThat(settings.settings().lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(compose)
                        .contains("-c" + line.replace(" = ", "=").replace("'", "")));
    }

    @Test
    void composeGivesKafkaTheSameSettings() throws IOException {
        Map<String, String> compose = Pattern.compile("(?m)^ +(KAFKA_[A-Z_]+): (.*)$")
                .matcher(read("compose/compose.yaml"))
                .results()
                .collect(Collectors.toMap((MatchResult setting) -> setting.group(1), setting -> setting.group(2)));
        assertThat(KafkaBroker.SETTINGS.lines())
                .filteredOn(line -> !line.contains("listener"))
                .isNotEmpty()
                .allSatisfy(line -> {
                    String[] setting = line.split("=", 2);
                    assertThat(compose)
                            .containsEntry(
                                    "KAFKA_"
                                            + setting[0]
                                                    .toUpperCase(Locale.ROOT)
                                                    .replace('.', '_'),
                                    setting[1]);
                });
    }

    private static String read(String file) throws IOException {
        return Files.readString(TestRun.root().resolve("infra").resolve(file));
    }
}
