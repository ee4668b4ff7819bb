package io.arketic.cli.operate;

import io.arketic.cli.stack.BackupStatus;
import io.arketic.cli.stack.BackupStatus.Run;
import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.PgBackRest;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the age and the results of the backups. */
final class BackupDoctor {

    private static final Duration LATE_DATABASE = Duration.ofHours(2);
    private static final Duration LATE_VERIFICATION = Duration.ofDays(8);

    private BackupDoctor() {}

    static List<Finding> findings(StackSettings settings) throws IOException {
        if (!settings.backsUp()) {
            return List.of(Finding.fail("backup", "nothing is backed up; start with: infra/arketic up --backup"));
        }
        List<Finding> findings = new ArrayList<>();
        PgBackRest database = PgBackRest.of(settings);
        if (database.wasMade()) { // before the first backup there is no repository to miss
            database.problem().ifPresent(problem -> findings.add(Finding.fail("backup", problem)));
        }
        BackupStatus status = BackupStatus.of(settings);
        Map<Work, Run> runs = status.runs();
        findings.add(age("database", status.backedUp().orElse(null), LATE_DATABASE));
        findings.add(age("objects", succeeded(runs, Work.OBJECTS), BackupStatus.LATE_OBJECTS));
        findings.add(age("verification", succeeded(runs, Work.VERIFICATION), LATE_VERIFICATION));
        runs.forEach((work, run) -> {
            if (run.unreadable() > 0) {
                findings.add(Finding.warn(
                        "backup",
                        "complete except " + run.unreadable() + " objects that the store does not deliver: "
                                + String.join("; ", run.examples())));
            }
            if (!run.failure().isEmpty()) {
                findings.add(Finding.fail("backup", "the last run of " + work + " failed: " + run.failure()));
            }
        });
        return findings;
    }

    private static @Nullable Instant succeeded(Map<Work, Run> runs, Work work) {
        Run run = runs.get(work);
        return run == null ? null : run.succeeded();
    }

    private static Finding age(String what, @Nullable Instant last, Duration limit) {
        if (last == null) {
            return Finding.fail(
                    "backup",
                    "no " + what + " yet: infra/arketic backup " + (what.equals("verification") ? "verify" : "now"));
        }
        Duration age = Duration.between(last, Instant.now());
        String text = "the last " + what + " is " + Terminal.duration(age) + " old";
        return age.compareTo(limit) <= 0 ? Finding.ok("backup", text) : Finding.fail("backup", text);
    }
}
