package io.arketic.cli.stack;

import io.arketic.cli.stack.BackupStatus.Run;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Describes the last runs of the backups for users. */
public final class BackupReport {

    private BackupReport() {}

    /** Returns a line for each work: its age, its size, how long it took, and its failure. */
    public static List<String> of(BackupStatus status) throws IOException {
        List<String> lines = new ArrayList<>();
        status.runs().forEach((work, run) -> lines.add("%-16s %s".formatted(name(work), describe(run))));
        if (lines.isEmpty()) {
            lines.add("%-16s none yet".formatted("backup"));
        }
        return lines;
    }

    private static String name(BackupStatus.Work work) {
        return switch (work) {
            case FULL -> "full backup";
            case INCREMENTAL -> "incremental";
            case OBJECTS -> "objects";
            case VERIFICATION -> "verification";
        };
    }

    private static String describe(Run run) {
        String succeeded = run.succeeded() == null
                ? "never succeeded"
                : String.format(
                        Locale.ROOT,
                        "%s ago, %s, took %s",
                        Terminal.duration(Duration.between(run.succeeded(), Instant.now())),
                        size(run.bytes()),
                        Terminal.duration(run.took()));
        if (run.unreadable() > 0) {
            succeeded += ", complete except " + run.unreadable() + ": " + String.join("; ", run.examples());
        }
        return run.failure().isEmpty()
                ? succeeded
                : succeeded + "; FAILED " + run.failure().lines().findFirst().orElse("");
    }

    /** Formats a number of bytes. */
    public static String size(long bytes) {
        return bytes >= 10L << 20 ? (bytes >> 20) + " MiB" : (bytes >> 10) + " KiB";
    }
}
