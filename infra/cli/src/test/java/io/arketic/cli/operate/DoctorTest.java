package io.arketic.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.operate.Finding.Level;
import io.arketic.services.StackSettings;
import io.arketic.services.StackStatus;
import io.arketic.services.StackStatus.ComponentStatus;
import io.arketic.services.StackStatus.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

    @TempDir
    private Path home;

    @Test
    void aStackOnTheLoopbackAddressHasNoFaultInItsSettings() throws IOException {
        assertThat(faults(Map.of())).isEmpty();
    }

    @Test
    void whatTravelsWithoutTlsIsNamed() throws IOException {
        assertThat(faults(Map.of(
                        "ARKETIC_PUBLIC_URL", "http://arketic.example.org",
                        "ARKETIC_STORE_ENDPOINT", "http://store.example.org:9000",
                        "ARKETIC_CHAT_BASE_URL", "http://10.0.0.7:11434/v1",
                        "ARKETIC_DATABASE_URL", "jdbc:postgresql://db.example.org:5432/arketic?sslmode=require",
                        "ARKETIC_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092,kafka.example.org:9092",
                        "ARKETIC_MAIL_SMTP_HOST", "mail.example.org",
                        "ARKETIC_MAIL_SMTP_ENCRYPTION", "none")))
                .hasSize(6)
                .allMatch(finding -> finding.topic().equals("tls"));
        assertThat(faults(Map.of(
                        "ARKETIC_PUBLIC_URL", "https://arketic.example.org",
                        "ARKETIC_STORE_ENDPOINT", "https://store.example.org",
                        "ARKETIC_DATABASE_URL", "jdbc:postgresql://db.example.org/arketic?sslmode=verify-full",
                        "ARKETIC_KAFKA_BOOTSTRAP_SERVERS", "kafka.example.org:9092",
                        "ARKETIC_KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                        "ARKETIC_MAIL_SMTP_HOST", "mail.example.org")))
                .isEmpty();
    }

    @Test
    void secretsThatOthersReadAndShortOnesAreNamed() throws IOException {
        StackSettings settings = settings(Map.of("ARKETIC_SECURITY_TOKEN_SECRET", "short"));
        Files.setPosixFilePermissions(home.resolve("secrets.properties"), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(new SettingsDoctor(settings).findings())
                .filteredOn(finding -> finding.level() == Level.FAIL)
                .hasSize(2)
                .allMatch(finding -> finding.topic().equals("secrets"));
    }

    @Test
    void fewerConnectionsThanTheProcessesMayOpenAreNamed() throws IOException {
        Map<String, Integer> ofRoles = Map.of("arketic_app", 66, "arketic_ingest", 31, "arketic_maintenance", 27);
        var limits = new ConnectionBudget.Limits(ofRoles, 125);

        assertThat(new ConnectionBudget(settings(Map.of())).findings(limits))
                .extracting(Finding::level)
                .containsExactly(Level.OK);
        assertThat(new ConnectionBudget(settings(Map.of("ARKETIC_FLINK_TASKMANAGERS", "4"))).findings(limits))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.level()).isEqualTo(Level.WARN);
                    assertThat(finding.text()).contains("arketic_ingest may open 31", "4 TaskManagers", "need 90");
                });
        assertThat(new ConnectionBudget(settings(Map.of("ARKETIC_API_PROCESSES", "8"))).findings(limits))
                .extracting(Finding::text)
                .satisfiesExactly(
                        text -> assertThat(text).contains("arketic_app may open 66", "need 80"),
                        text -> assertThat(text).contains("arketic_maintenance may open 27", "need 56"),
                        text -> assertThat(text).contains("the database allows 125", "need 166"));
    }

    @Test
    void aLargerPoolAndRolesWithoutALimitAreCounted() throws IOException {
        Map<String, Integer> ofRoles = Map.of("arketic_app", -1, "arketic_ingest", -1, "arketic_maintenance", -1);
        Map<String, String> large = Map.of("ARKETIC_DATABASE_POOL_SIZE", "40");

        assertThat(new ConnectionBudget(settings(large)).findings(new ConnectionBudget.Limits(ofRoles, 109)))
                .extracting(Finding::level)
                .containsExactly(Level.OK);
        assertThat(new ConnectionBudget(settings(large)).findings(new ConnectionBudget.Limits(ofRoles, 108)))
                .extracting(Finding::text)
                .singleElement()
                .asString()
                .contains("the database allows 108", "need 109");
    }

    @Test
    void aPortThatOtherMachinesReachIsNamed() throws IOException {
        var status = new StackStatus(
                true,
                List.of(new ComponentStatus(
                        "rag-api",
                        State.SERVING,
                        OptionalLong.of(1),
                        List.of(8080, 8090),
                        OptionalLong.empty(),
                        home)));
        String head = "  sl  local_address rem_address   st\n";
        Path loopback = Files.writeString(
                home.resolve("loopback"),
                head + "   0: 0100007F:1F90 00000000:0000 0A\n"
                        + "   1: 0000000000000000FFFF00000100007F:1F9A 0:0000 0A\n"
                        + "   2: 00000000:0016 00000000:0000 0A\n");
        assertThat(MachineDoctor.ports(status, loopback.toString()).level()).isEqualTo(Level.OK);
        for (String address : List.of("00000000:1F90", "00000000000000000000000000000000:1F9A", "0200000A:1F90")) {
            Path open = Files.writeString(home.resolve("open"), head + "   0: " + address + " 00000000:0000 0A\n");
            assertThat(MachineDoctor.ports(status, loopback.toString(), open.toString())
                            .level())
                    .as(address)
                    .isEqualTo(Level.FAIL);
        }
    }

    @Test
    void aStackWithoutBackupsFails() throws IOException {
        assertThat(BackupDoctor.findings(settings(Map.of())))
                .singleElement()
                .matches(finding -> finding.level() == Level.FAIL);
        assertThat(BackupDoctor.findings(settings(Map.of("ARKETIC_STACK_OPTIONS", "backup"))))
                .hasSize(3)
                .allMatch(finding -> finding.text().startsWith("no "));
    }

    private List<Finding> faults(Map<String, String> environment) throws IOException {
        return new SettingsDoctor(settings(environment))
                .findings().stream()
                        .filter(finding -> finding.level() == Level.FAIL)
                        .toList();
    }

    private StackSettings settings(Map<String, String> environment) {
        Map<String, String> own = new HashMap<>(environment);
        own.put("ARKETIC_HOME", home.toString());
        return StackSettings.of(home, own);
    }
}
