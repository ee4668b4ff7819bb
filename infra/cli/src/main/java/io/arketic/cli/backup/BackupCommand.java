package io.arketic.cli.backup;

import io.arketic.cli.backup.Backups.BackupSet;
import io.arketic.cli.stack.BackupReport;
import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.stack.StackProgress;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.ExitStatus;
import io.arketic.cli.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Backs up the stack, checks and restores its backups. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "now: backs up database, objects, secrets and keys; a full backup of the database if none is younger than a day.",
            "list: the backups, and the result of the last check.",
            "verify: restores the newest backup into a scratch directory and checks it: files, heap and indexes, checksums,"
                    + " migrations, ledger, counters, texts, citations, objects.",
            "restore: database and objects as they were at a time, into the stack, which it stops first, or into a new state"
                    + " directory.",
            "key: prints the key of the backups. Keep it elsewhere: without it they cannot be read.",
            "Start the stack with infra/arketic up --backup: it archives each change within 30 s, copies objects every minute,"
                    + " and backs up the database every hour, in full once a day. infra/docs/backup.md has the rest."
        })
public final class BackupCommand implements Callable<Integer> {

    private enum Action {
        now,
        list,
        verify,
        restore,
        key
    }

    @Parameters(paramLabel = "now|list|verify|restore|key", description = "What to do.")
    private Action action = Action.list;

    @Option(names = "--full", description = "A full backup of the database, whatever its age (with now).")
    private boolean full;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "The time to restore, for example 2026-11-22T18:00:00Z (default: the end of the archive).")
    private @Nullable String at;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "Restore into this directory, which ARKETIC_HOME names then, and leave the stack as it is.")
    private @Nullable Path to;

    @Override
    public Integer call() throws Exception {
        if (action != Action.restore && (at != null || to != null)) {
            throw CommandException.unusable("--at and --to go with restore");
        }
        if (action != Action.now && full) {
            throw CommandException.unusable("--full goes with now");
        }
        Stack stack = Stack.current();
        var terminal = Terminal.system();
        var backups = new Backups(stack.settings());
        return switch (action) {
            case now -> now(stack, backups, terminal);
            case list -> list(backups, terminal);
            case verify -> verify(backups, terminal);
            case restore -> restore(stack, backups, terminal);
            case key -> {
                terminal.line(stack.settings().backupKey());
                yield 0;
            }
        };
    }

    private int now(Stack stack, Backups backups, Terminal terminal) throws Exception {
        if (!stack.settings().backsUp()) {
            throw CommandException.unusable("the stack archives nothing yet; start it with: infra/arketic up --backup");
        }
        Instant began = Instant.now();
        BackupSet made = backups.now(full ? Work.FULL : backups.due());
        terminal.line(made.label() + ", " + made.type() + ", " + BackupReport.size(made.stored()) + " in "
                + Terminal.duration(Duration.between(began, Instant.now())) + ". The key is not in the repository: "
                + "infra/arketic backup key");
        return 0;
    }

    private static int list(Backups backups, Terminal terminal) throws Exception {
        for (BackupSet set : backups.list()) {
            terminal.line("%-34s %-5s %s  %10s of %10s%s"
                    .formatted(
                            set.label(),
                            set.type(),
                            set.ended(),
                            BackupReport.size(set.stored()),
                            BackupReport.size(set.size()),
                            set.damaged() ? "  damaged pages" : ""));
        }
        terminal.line(
                "Repository: " + backups.settings().backupRepository() + ", " + BackupReport.size(backups.size()));
        BackupReport.of(backups.status()).forEach(terminal::line);
        return 0;
    }

    private static int verify(Backups backups, Terminal terminal) throws Exception {
        Instant began = Instant.now();
        List<String> failures = verified(backups, terminal::line);
        String took = Terminal.duration(Duration.between(began, Instant.now()));
        if (failures.isEmpty()) {
            terminal.line("The newest backup is whole; checked in " + took + ".");
            return 0;
        }
        terminal.line(failures.size() + " checks failed, in " + took + ".");
        return ExitStatus.FAILED;
    }

    /** Checks and records the result; returns what is wrong. */
    static List<String> verified(Backups backups, Consumer<String> out) throws Exception {
        Instant began = Instant.now();
        List<String> failures = new Verification(backups, out).run();
        Duration took = Duration.between(began, Instant.now());
        if (failures.isEmpty()) {
            backups.status().succeeded(Work.VERIFICATION, took, backups.size());
        } else {
            backups.status().failed(Work.VERIFICATION, took, String.join("; ", failures));
        }
        return failures;
    }

    private int restore(Stack stack, Backups backups, Terminal terminal) throws Exception {
        var restore = new Restore(backups, at == null ? null : time(at));
        Restore.Restored done;
        String next;
        if (to != null) {
            Path directory = to.toAbsolutePath().normalize();
            done = restore.into(directory, restored -> {});
            next = "Start it on other ports: ARKETIC_HOME=" + directory + " ARKETIC_PORT_API=… infra/arketic up";
        } else {
            stack.local().down(new StackProgress(terminal));
            Path aside = Restore.aside(stack.settings());
            terminal.line("The data of now are kept in " + aside);
            done = restore.inPlace(stack.local(), aside);
            next = "Start it with: infra/arketic up";
        }
        NeededObjects needed = done.needed();
        terminal.line("Database restored in " + Terminal.duration(done.database()) + ", " + done.put() + " of "
                + needed.objects().size() + " objects written in " + Terminal.duration(done.objects()) + ". " + next);
        if (!needed.missing().isEmpty()) {
            needed.missing().stream().limit(10).forEach(place -> terminal.line("  missing " + place));
            terminal.line(needed.missing().size() + " objects that the database names are not in the repository.");
            return ExitStatus.FAILED;
        }
        return 0;
    }

    private static Instant time(String text) {
        try {
            Instant time =
                    OffsetDateTime.parse(text.strip().replaceFirst(" ", "T")).toInstant();
            if (time.isAfter(Instant.now())) {
                throw CommandException.unusable(text + " is still to come");
            }
            return time;
        } catch (DateTimeParseException e) {
            throw CommandException.unusable(text + " is no time such as 2026-11-22T18:00:00Z");
        }
    }
}
