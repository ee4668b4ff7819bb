package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackSettingsTest {

    @TempDir
    Path root;

    @Test
    void theReindexJobHasAReaderForEachTaskManager() {
        assertThat(settings(Map.of("ARKETIC_FLINK_TASKMANAGERS", "3")).jobEnvironment())
                .containsEntry("ARKETIC_REINDEX_PARALLELISM", "3");
        assertThat(settings(Map.of("ARKETIC_FLINK_TASKMANAGERS", "3", "ARKETIC_REINDEX_PARALLELISM", "2"))
                        .jobEnvironment())
                .containsEntry("ARKETIC_REINDEX_PARALLELISM", "2");
    }

    @Test
    void everyPortHasItsDefault() {
        StackSettings settings = settings(Map.of());
        assertThat(settings.api()).isEqualTo(URI.create("http://127.0.0.1:8080"));
        assertThat(settings.management()).isEqualTo(URI.create("http://127.0.0.1:8090"));
        assertThat(settings.flink()).isEqualTo(URI.create("https://127.0.0.1:8081"));
        assertThat(settings.postgresPort().number()).isEqualTo(5433);
        assertThat(settings.kafkaPort().number()).isEqualTo(9092);
        assertThat(settings.kafkaControllerPort().number()).isEqualTo(9093);
        assertThat(settings.storePort().number()).isEqualTo(9000);
        assertThat(settings.zooKeeperPort().number()).isEqualTo(2181);
        assertThat(settings.metricsPort().number()).isEqualTo(9249);
    }

    @Test
    void aVariableChangesAPortAndEveryAddressWithIt() {
        StackSettings settings = settings(Map.of("ARKETIC_PORT_KAFKA", "19092", "ARKETIC_PORT_POSTGRES", "15433"));
        assertThat(settings.productEnvironment())
                .containsEntry("ARKETIC_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092")
                .containsEntry("ARKETIC_DATABASE_URL", "jdbc:postgresql://127.0.0.1:15433/arketic")
                .doesNotContainKey("ARKETIC_PORT_KAFKA");
    }

    @Test
    void whatIsNoPortIsRefusedByName() {
        for (String value : new String[] {"0", "65536", "http", ""}) {
            assertThatThrownBy(() -> settings(Map.of("ARKETIC_PORT_API", value)).api())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ARKETIC_PORT_API");
        }
    }

    @Test
    void theStackHasAsManyTaskManagersAsWanted() {
        assertThat(new LocalStack(settings(Map.of("ARKETIC_FLINK_TASKMANAGERS", "3"))).components())
                .contains("taskmanager-1", "taskmanager-2", "taskmanager-3")
                .doesNotContain("taskmanager-4");
        for (String value : new String[] {"0", "17", "two", ""}) {
            assertThatThrownBy(() -> new LocalStack(settings(Map.of("ARKETIC_FLINK_TASKMANAGERS", value))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ARKETIC_FLINK_TASKMANAGERS");
        }
    }

    @Test
    void clientsOfTwoServersAskForThePrimary() {
        StackSettings settings = settings(Map.of("ARKETIC_STACK_OPTIONS", "replica", "ARKETIC_PORT_POSTGRES", "15433"));
        String both = "jdbc:postgresql://127.0.0.1:15433,127.0.0.1:15533/arketic?targetServerType=primary";
        assertThat(settings.productEnvironment().get("ARKETIC_DATABASE_URL")).startsWith(both);
        assertThat(settings.owner().url()).startsWith(both).contains("socketTimeout=");
        assertThat(settings.owner("postgres").url()).contains("/postgres?targetServerType=primary");
        assertThat(settings.ownerAddress())
                .isEqualTo("postgresql://127.0.0.1:15433,127.0.0.1:15533/arketic?target_session_attrs=read-write");
        StackComponents components = StackComponents.of(settings);
        assertThat(new LocalStack(settings).components())
                .contains("postgresql", "postgresql-2")
                .doesNotHaveDuplicates();
        assertThat(components.nodes())
                .flatExtracting(PatroniNode::ports)
                .extracting(Port::number)
                .containsExactly(15433, 8008, 15533, 8108);
        for (Component node : components.nodes()) {
            assertThat(String.join(" ", node.environment().values()))
                    .doesNotContain(settings.secrets().databaseOwnerPassword());
        }
        assertThat(components.surplus()).extracting(Component::name).doesNotContain("postgresql-2");
    }

    @Test
    void theStackHasAsManyApiProcessesAsWanted() {
        StackSettings settings = settings(Map.of("ARKETIC_API_PROCESSES", "3", "ARKETIC_PORT_API", "18080"));
        assertThat(settings.apis())
                .containsExactly(
                        URI.create("http://127.0.0.1:18080"),
                        URI.create("http://127.0.0.1:18180"),
                        URI.create("http://127.0.0.1:18280"));
        StackComponents components = StackComponents.of(settings);
        assertThat(components.apis()).extracting(RagApi::name).containsExactly("rag-api", "rag-api-2", "rag-api-3");
        assertThat(components.apis()).extracting(RagApi::directory).doesNotHaveDuplicates();
        assertThat(components.apis())
                .flatExtracting(RagApi::ports)
                .extracting(Port::number)
                .containsExactly(18080, 8090, 18180, 8190, 18280, 8290);
        assertThat(components.apis().get(0).environment()).doesNotContainKey("ARKETIC_PUBLIC_URL");
        assertThat(components.apis().get(2).environment())
                .containsEntry("ARKETIC_PUBLIC_URL", "http://127.0.0.1:18080")
                .doesNotContainKey("ARKETIC_API_PROCESSES");
        for (String value : new String[] {"0", "9", "two", ""}) {
            assertThatThrownBy(() -> new LocalStack(settings(Map.of("ARKETIC_API_PROCESSES", value))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ARKETIC_API_PROCESSES");
        }
        assertThatThrownBy(() ->
                        new LocalStack(settings(Map.of("ARKETIC_API_PROCESSES", "2", "ARKETIC_PORT_API", "65500"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ARKETIC_PORT_API");
    }

    @Test
    void noTwoProcessesOfFlinkShareTemporaryFiles() {
        StackComponents components = StackComponents.of(new StackSettings(
                TestRun.root(),
                Map.of("ARKETIC_HOME", root.toString(), "ARKETIC_FLINK_TASKMANAGERS", "2"),
                Secrets.of(root.resolve("secrets.properties"))));
        for (String setting : List.of("io.tmp.dirs=", "blob.storage.directory=", "-Djava.io.tmpdir=")) {
            assertThat(components.flink())
                    .extracting(process -> process.command().stream()
                            .filter(argument -> argument.startsWith(setting))
                            .findFirst()
                            .orElseThrow())
                    .hasSize(3)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aSmallerStackKnowsTheProcessesThatItNoLongerHas() {
        StackComponents components =
                StackComponents.of(settings(Map.of("ARKETIC_FLINK_TASKMANAGERS", "14", "ARKETIC_API_PROCESSES", "6")));
        assertThat(components.surplus())
                .extracting(Component::name)
                .containsExactly("postgresql-2", "taskmanager-15", "taskmanager-16", "rag-api-7", "rag-api-8");
    }

    @Test
    void theNumbersOfProcessesStayChosenUntilOthersAre(@TempDir Path home) throws Exception {
        Map<String, String> environment = Map.of("ARKETIC_HOME", home.toString());
        StackScale.of(home)
                .with(StackScale.API_PROCESSES, 2)
                .with(StackScale.TASK_MANAGERS, 3)
                .save(home);
        assertThat(StackSettings.of(home, environment).apis()).hasSize(2);
        assertThat(StackSettings.of(home, environment).taskManagers()).isEqualTo(3);

        StackScale.of(home).with(StackScale.API_PROCESSES, 1).save(home);
        assertThat(StackSettings.of(home, environment).apis()).hasSize(1);
        assertThat(StackSettings.of(home, environment).taskManagers()).isEqualTo(3);

        assertThat(StackSettings.of(home, Map.of("ARKETIC_HOME", home.toString(), "ARKETIC_FLINK_TASKMANAGERS", "2"))
                        .taskManagers())
                .as("exported")
                .isEqualTo(2);
        assertThatThrownBy(() -> StackScale.of(home).with(StackScale.API_PROCESSES, 9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 8");
    }

    @Test
    void aStoreOfOnesOwnReplacesTheEmbeddedOne() {
        StackSettings settings = settings(Map.of("ARKETIC_STORE_ENDPOINT", "http://10.0.0.5:9000"));
        assertThat(settings.productEnvironment()).containsEntry("ARKETIC_STORE_ENDPOINT", "http://10.0.0.5:9000");
        assertThat(new LocalStack(settings).components())
                .doesNotContain("object-store")
                .contains("postgresql", "kafka", "zookeeper", "jobmanager", "taskmanager-1", "rag-api");
    }

    @Test
    void theProductsOwnVariablesPassAndOthersDoNot() {
        StackSettings settings = settings(Map.of("ARKETIC_CHAT_BASE_URL", "http://model", "OTHER_SECRET", "secret"));
        assertThat(settings.productEnvironment())
                .containsEntry("ARKETIC_CHAT_BASE_URL", "http://model")
                .doesNotContainKey("OTHER_SECRET");
    }

    @Test
    void secretsAreMadeOnceForTheirOwnerOnly() throws Exception {
        Path file = root.resolve(".arketic/secrets.properties");
        Secrets first = Secrets.of(file);
        assertThat(Secrets.of(file)).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(first.tokenSecret()).hasSizeGreaterThanOrEqualTo(43).isNotEqualTo(first.storeSecretKey());
        assertThat(first.toString()).doesNotContain(first.tokenSecret());
    }

    private StackSettings settings(Map<String, String> environment) {
        return new StackSettings(root, environment, Secrets.of(root.resolve("secrets.properties")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ARKETIC_BACKUP_DIRECTORY",
                "ARKETIC_BACKUP_KEY",
                "ARKETIC_BACKUP_RETENTION",
                "ARKETIC_BACKUP_QUEUE",
                "ARKETIC_ALERT_WEBHOOK"
            })
    void anEmptySettingOfTheBackupsIsRefusedByItsName(String name, @TempDir Path home) {
        assertThatThrownBy(() -> StackSettings.of(home, Map.of("ARKETIC_HOME", home.toString(), name, " ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " is empty");
        assertThat(home).as("nothing is made").isEmptyDirectory();
    }

    @Test
    void theLogThatMayWaitForTheArchiveHasASize(@TempDir Path home) {
        Map<String, String> home512 = Map.of("ARKETIC_HOME", home.toString(), "ARKETIC_BACKUP_QUEUE", "512MiB");
        assertThat(StackSettings.of(home, home512).backupQueue()).isEqualTo(512L << 20);
        assertThat(StackSettings.of(home, Map.of("ARKETIC_HOME", home.toString()))
                        .backupQueue())
                .isPositive()
                .isLessThanOrEqualTo(16L << 30);
        StackSettings wrong =
                StackSettings.of(home, Map.of("ARKETIC_HOME", home.toString(), "ARKETIC_BACKUP_QUEUE", "much"));
        assertThatThrownBy(wrong::backupQueue).hasMessageStartingWith("ARKETIC_BACKUP_QUEUE");
    }

    @Test
    void aRepositoryThatWasThereIsNotMadeAgainUnlessAskedFor(@TempDir Path home) throws Exception {
        Path disk = home.resolve("disk");
        StackSettings settings = StackSettings.of(
                home, Map.of("ARKETIC_HOME", home.toString(), "ARKETIC_BACKUP_DIRECTORY", disk.toString()));
        PgBackRest backup = PgBackRest.of(settings);
        assertThat(home.resolve("stack")).as("reading makes nothing").doesNotExist();
        backup.prepareRepository();
        assertThat(backup.problem()).isEmpty();

        Directories.delete(disk);

        assertThat(backup.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("is missing: mount its disk"));
        assertThatThrownBy(backup::prepareRepository).hasMessageContaining("is missing: mount its disk");
        assertThat(disk).doesNotExist();
        backup.beginRepository();
        backup.prepareRepository();
        assertThat(backup.problem()).isEmpty();
    }
}
