package io.arketic.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.services.Fixtures;
import io.arketic.services.StackSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupScheduleTest {

    @TempDir
    Path home;

    @Test
    void aRepositoryThatCannotBeMadeIsReportedAndEndsNoRound() throws Exception {
        Files.writeString(home.resolve("file"), "no directory");
        var backups = new Backups(StackSettings.of(
                home,
                Map.of(
                        "ARKETIC_HOME", home.resolve("home").toString(),
                        "ARKETIC_BACKUP_DIRECTORY",
                                home.resolve("file/repository").toString(),
                        "ARKETIC_PORT_POSTGRES", String.valueOf(Fixtures.freePort()),
                        "ARKETIC_PORT_STORE", String.valueOf(Fixtures.freePort()))));
        var metrics = new BackupMetrics(backups);
        var schedule = new BackupSchedule(backups, metrics);

        schedule.round();
        schedule.round();

        assertThat(metrics.text())
                .contains("arketic_backup_repository_usable 0")
                .contains("arketic_backup_run_failures_total{work=\"objects\"} 1\n")
                .contains("arketic_backup_run_failures_total{work=\"full\"} 1\n");
    }

    @Test
    void anUnreadableStatusIsReportedAndEndsNoRound() throws Exception {
        Path repository = Files.createDirectories(home.resolve("repository"));
        Files.writeString(repository.resolve("status.json"), "{ cut");
        Files.createDirectories(repository.resolve("postgresql"));
        var backups = new Backups(StackSettings.of(
                home,
                Map.of(
                        "ARKETIC_HOME", home.resolve("home").toString(),
                        "ARKETIC_BACKUP_DIRECTORY", repository.toString(),
                        "ARKETIC_PORT_POSTGRES", String.valueOf(Fixtures.freePort()),
                        "ARKETIC_PORT_STORE", String.valueOf(Fixtures.freePort()))));
        var metrics = new BackupMetrics(backups);

        new BackupSchedule(backups, metrics).round();

        assertThat(metrics.text())
                .contains("arketic_backup_repository_usable 0")
                .contains("arketic_backup_run_failures_total{work=\"objects\"} 1\n");
    }

    @Test
    void aVerificationThatFailedIsNotRepeatedForHoursAndOnlyTheOwnerReadsTheStatus() throws Exception {
        Path repository = Files.createDirectories(home.resolve("repository"));
        Path status = repository.resolve("status.json");
        Instant now = Instant.now();
        Instant failed = now.minus(Duration.ofHours(5));
        Files.writeString(status, """
                {"full": {"ended": "%s", "succeeded": "%s", "failure": ""},
                 "verification": {"ended": "%s", "failure": "copies: damaged"}}
                """.formatted(now, now, failed));
        Files.createDirectories(repository.resolve("postgresql"));
        var backups = new Backups(StackSettings.of(
                home,
                Map.of(
                        "ARKETIC_HOME", home.resolve("home").toString(),
                        "ARKETIC_BACKUP_DIRECTORY", repository.toString(),
                        "ARKETIC_PORT_POSTGRES", String.valueOf(Fixtures.freePort()),
                        "ARKETIC_PORT_STORE", String.valueOf(Fixtures.freePort()))));

        new BackupSchedule(backups, new BackupMetrics(backups)).round();

        assertThat(backups.status().runs())
                .containsKey(Work.OBJECTS)
                .hasEntrySatisfying(
                        Work.VERIFICATION, run -> assertThat(run.ended()).isEqualTo(failed));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(status)))
                .isEqualTo("rw-------");
    }

    @Test
    void aLongListingIsRepeatedLessOften() {
        assertThat(BackupSchedule.pauseAfter(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(45));
        assertThat(BackupSchedule.pauseAfter(Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(180));
        assertThat(BackupSchedule.pauseAfter(Duration.ofMinutes(30))).isEqualTo(Duration.ofMinutes(5));
    }
}
