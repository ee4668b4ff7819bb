package io.arketic.cli.backup;

import io.arketic.cli.backup.Backups.BackupSet;
import io.arketic.cli.backup.Backups.Made;
import io.arketic.cli.backup.ObjectRestore.Written;
import io.arketic.cli.stack.BackupReport;
import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.stack.StackProgress;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.ExitStatus;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
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
            "restore: database and objects as they were at a time, into the stack, which it stops, or into a new state"
                    + " directory. It checks repository, key, time, password and space first, changes nothing where one is"
                    + " wrong, and keeps the present data and each object that it overwrites.",
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

    private static final int MOST_NAMED = 10;

    @Parameters(paramLabel = "now|list|verify|restore|key", description = "What to do.")
    private Action action = Action.list;

    @Option(
            names = "--full",
            description =
                    "A full backup of the database, whatever its age (with now). If the repository is missing, it begins an"
                            + " empty one: mount the disk of the repository first.")
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
        if (full) {
            backups.beginRepository();
        }
        Instant began = Instant.now();
        Made made = backups.now(full ? Work.FULL : backups.due());
        BackupSet set = made.set();
        terminal.line(set.label() + ", " + set.type() + ", " + BackupReport.size(set.stored()) + " in "
                + Terminal.duration(Duration.between(began, Instant.now())) + ". The key is not in the repository: "
                + "infra/arketic backup key");
        if (made.isComplete()) {
            return 0;
        }
        terminal.line("complete except " + made.unreadable().size() + " objects that the store did not deliver:");
        named(made.unreadable(), terminal);
        return ExitStatus.INCOMPLETE;
    }

    private static void named(List<String> objects, Terminal terminal) {
        objects.stream().limit(MOST_NAMED).forEach(object -> terminal.line("  " + object));
        if (objects.size() > MOST_NAMED) {
            terminal.line("  and " + (objects.size() - MOST_NAMED) + " more");
        }
    }

    private static int list(Backups backups, Terminal terminal) throws Exception {
        if (!Files.isDirectory(backups.settings().backupRepository())) {
            throw CommandException.failed(
                    "there is no repository in " + backups.settings().backupRepository());
        }
        String unreadable = backups.unreadable();
        if (!unreadable.isEmpty()) {
            throw CommandException.failed("the repository " + backups.settings().backupRepository()
                    + " cannot be read, perhaps since it has another key: "
                    + unreadable.lines().findFirst().orElse(""));
        }
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
        List<String> failures;
        try {
            failures = new Verification(backups, out).run();
        } catch (IOException | RuntimeException e) {
            throw backups.recordedFailure(Work.VERIFICATION, began, e);
        }
        Duration took = Duration.between(began, Instant.now());
        if (failures.isEmpty()) {
            backups.status().succeeded(Work.VERIFICATION, took, backups.size(), List.of());
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
            Path aside = Restore.aside(stack.settings());
            var stopped = new AtomicBoolean();
            try {
                done = restore.inPlace(stack.local(), aside, () -> {
                    stopped.set(true);
                    stack.local().down(new StackProgress(terminal));
                    terminal.line("Objects that are overwritten are kept in bucket " + aside.getFileName());
                });
            } catch (Exception e) {
                if (stopped.get()) {
                    terminal.line("The stack is stopped. Start it with: infra/arketic up");
                }
                throw e;
            }
            terminal.line("The data of before are kept in " + aside);
            next = "Start it with: infra/arketic up";
        }
        Written written = done.written();
        if (written.kept() > 0) {
            terminal.line(written.kept() + " objects were overwritten; as they were before, they are kept in bucket "
                    + written.bucket());
        }
        terminal.line("Database restored in " + Terminal.duration(done.database()) + ", " + written.put() + " of "
                + done.needed().objects().size() + " objects written in " + Terminal.duration(done.objects()) + ". "
                + next);
        List<String> lost = done.lost();
        if (!lost.isEmpty()) {
            terminal.line("restored except " + lost.size()
                    + " objects that the database names and the repository does not hold undamaged:");
            named(lost, terminal);
            return ExitStatus.INCOMPLETE;
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
