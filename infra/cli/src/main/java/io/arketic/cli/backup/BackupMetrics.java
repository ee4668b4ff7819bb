package io.arketic.cli.backup;

import io.arketic.cli.stack.BackupStatus.Work;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Gives the state of the backups as metrics, also while the repository is missing. Safe for several threads. */
final class BackupMetrics {

    private static final String PREFIX = "arketic_backup_";

    private final Backups backups;
    private final Map<Work, Long> failures = Collections.synchronizedMap(new EnumMap<>(Work.class));

    BackupMetrics(Backups backups) {
        this.backups = backups;
        for (Work work : Work.values()) {
            failures.put(work, 0L);
        }
    }

    /** Counts a run that failed for whatever reason. */
    void failed(Work work) {
        failures.merge(work, 1L, Long::sum);
    }

    String text() {
        var text = new StringBuilder();
        boolean usable = backups.database().problem().isEmpty();
        try {
            text.append(backups.status().metrics());
        } catch (IOException | RuntimeException e) {
            usable = false;
        }
        try {
            FileStore disk = Files.getFileStore(backups.settings().backupRepository());
            gauge(text, "repository_free_bytes", disk.getUsableSpace());
            gauge(text, "repository_total_bytes", disk.getTotalSpace());
        } catch (IOException e) {
            usable = false;
        }
        gauge(text, "repository_usable", usable ? 1 : 0);
        gauge(text, "archive_gap", backups.archive().hasGap() ? 1 : 0);
        gauge(text, "archive_queue_limit_bytes", backups.settings().backupQueue());
        try {
            gauge(text, "archive_queue_bytes", backups.archive().bytes());
        } catch (IOException | RuntimeException e) {
            // The directory changes while it is read; the next look gives the number.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        text.append("# TYPE ").append(PREFIX).append("run_failures_total counter\n");
        failures.forEach((work, number) -> text.append(PREFIX)
                .append("run_failures_total{work=\"")
                .append(work.name().toLowerCase(Locale.ROOT))
                .append("\"} ")
                .append(number)
                .append('\n'));
        return text.toString();
    }

    private static void gauge(StringBuilder text, String name, long value) {
        text.append("# TYPE ")
                .append(PREFIX)
                .append(name)
                .append(" gauge\n")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(value)
                .append('\n');
    }
}
