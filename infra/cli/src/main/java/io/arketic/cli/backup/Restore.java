package io.arketic.cli.backup;

import io.arketic.cli.backup.ObjectRestore.Written;
import io.arketic.cli.backup.RestoreException.Reason;
import io.arketic.cli.terminal.FileTree;
import io.arketic.services.DataServices;
import io.arketic.services.LocalStack;
import io.arketic.services.ServiceException;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Restores database and objects of a time, into the stack or into another state directory. */
public final class Restore {

    /** Looks at a restored stack while its database and its store run. */
    public interface Look {
        void at(StackSettings restored) throws Exception;
    }

    /**
     * Reports a restore.
     *
     * @param database time until the database took writes
     * @param objects time until the store held the objects
     */
    public record Restored(Duration database, Duration objects, NeededObjects needed, Written written) {

        /** Returns the objects that the database names and that did not come back. */
        public List<String> lost() {
            return lostBefore(Instant.MAX);
        }

        /** Returns those of them that the database has named since before a time. */
        public List<String> lostBefore(Instant time) {
            List<String> lost = new ArrayList<>(written.damaged());
            needed.missing().stream()
                    .filter(missing -> missing.since().isBefore(time))
                    .forEach(missing -> lost.add(missing.place()));
            return lost;
        }

        /** Returns the time until database and objects were there. */
        public Duration took() {
            return database.plus(objects);
        }
    }

    /** Stops the stack that is restored. */
    interface Stop {
        void run() throws Exception;
    }

    private static final String SECRETS = "secrets.properties";

    private static final DateTimeFormatter TARGET =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'").withZone(ZoneOffset.UTC);

    private final Backups backups;
    private final @Nullable Instant at;
    private final RestoreChecks checks;

    /** @param at null for the end of the archive */
    public Restore(Backups backups, @Nullable Instant at) {
        this.backups = backups;
        this.at = at;
        this.checks = new RestoreChecks(backups, at);
    }

    /**
     * Restores into a directory that is missing or empty, which is a state directory then: {@code ARKETIC_HOME=DIR
     * infra/arketic up} starts it. Objects go into the embedded store, or, if the stack uses another store, into files
     * under {@code DIR/objects}. After a failure the directory is empty.
     *
     * @param look called before database and store are stopped
     * @throws RestoreException if it cannot be restored
     */
    public Restored into(Path directory, Look look) throws Exception {
        requireEmpty(directory);
        checks.require(directory, true);
        Instant began = Instant.now();
        boolean done = false;
        try {
            backups.secrets().restore(directory, time());
            StackSettings there = backups.settings().elsewhere(directory);
            try (DataServices services = databaseInto(there, there.embedsStore())) {
                Duration database = Duration.between(began, Instant.now());
                NeededObjects needed = needed(there);
                Written written = there.embedsStore()
                        ? ObjectRestore.into(backups, there, "", () -> false).write(needed.objects())
                        : write(directory.resolve("objects"), needed);
                var restored = new Restored(
                        database, Duration.between(began, Instant.now()).minus(database), needed, written);
                look.at(there);
                done = true;
                return restored;
            }
        } catch (Exception | Error e) {
            if (!done) {
                empty(directory, e);
            }
            throw e;
        }
    }

    /** The directory itself stays: it may be the root of a disk. */
    private static void empty(Path directory, Throwable cause) {
        try {
            LocalStack.endProcesses(directory.resolve("stack"));
            FileTree.deleteContent(directory);
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        } catch (InterruptedException e) {
            cause.addSuppressed(e);
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Restores the database alone into the stack of a state directory and starts it; the caller closes what runs.
     *
     * @param store whether its embedded store starts, too
     */
    DataServices databaseInto(StackSettings there, boolean store) throws InterruptedException {
        List<String> options = new ArrayList<>(options());
        // A damaged file fails at once.
        options.add("--job-retry=0");
        backups.database().restore(there, options);
        return start(new LocalStack(there), store);
    }

    /**
     * Restores the stack itself: first the database beside the present one, then objects, and at last the restored database
     * takes the place of the present one. Until then a failure leaves everything as it was. Objects that came after the time
     * stay, and are ingested again.
     *
     * @param aside gets the present data; objects that are overwritten go to a bucket of the same name
     * @param stop called once; before the database is restored if the end of the archive is wanted, else after it
     * @throws RestoreException if it cannot be restored; the stack may be stopped then
     */
    Restored inPlace(LocalStack local, Path aside, Stop stop) throws Exception {
        StackSettings settings = backups.settings();
        checks.require(settings.directory(), false);
        checks.requireSamePassword();
        var exchange = new Exchange(settings.directory(), local.postgresData());
        RestoreChecks.requireOneDisk(Scratch.parent(settings), exchange.directories());
        if (at == null) {
            // A server that ends archives its last changes.
            stop.run();
            local.endPair();
        }
        try (Scratch scratch = Scratch.take(settings, "restore")) {
            Instant began = Instant.now();
            Path home = Files.createDirectories(scratch.directory().resolve("home"));
            Files.copy(settings.state().resolve(SECRETS), home.resolve(SECRETS));
            StackSettings beside = settings.beside(home);
            NeededObjects needed;
            try (DataServices services = databaseInto(beside, false)) {
                needed = needed(beside);
            }
            Duration database = Duration.between(began, Instant.now());
            if (at != null) {
                stop.run();
                local.endPair();
            }
            return scratch.complete(() -> {
                try (DataServices store = local.startStore()) {
                    ObjectRestore objects = ObjectRestore.into(
                            backups, settings, aside.getFileName().toString(), scratch::isEnding);
                    Written written = objects.write(needed.objects());
                    try {
                        exchange.run(new LocalStack(beside).postgresData(), aside);
                    } catch (IOException | RuntimeException e) {
                        objects.undo(e);
                        throw e;
                    }
                    return new Restored(
                            database, Duration.between(began, Instant.now()).minus(database), needed, written);
                }
            });
        }
    }

    /** Returns a directory for what is there now; its name is also that of a bucket. */
    static Path aside(StackSettings settings) {
        return settings.directory()
                .resolve("before-restore-"
                        + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                                .withZone(ZoneOffset.UTC)
                                .format(Instant.now()));
    }

    private NeededObjects needed(StackSettings there) throws IOException, SQLException {
        return NeededObjects.of(backups.objects().journal(), there, there.owner(), time());
    }

    private DataServices start(LocalStack local, boolean store) throws InterruptedException {
        try {
            return local.startData(store);
        } catch (ServiceException e) {
            if (e.reason() == ServiceException.Reason.OTHER_PASSWORD) {
                throw checks.otherPassword(e);
            }
            boolean tooLate = at != null && log(local).contains("recovery ended before configured recovery target");
            throw tooLate ? checks.tooLate(null) : e;
        }
    }

    private static String log(LocalStack local) {
        try {
            return Files.readString(local.log("postgresql"));
        } catch (IOException e) {
            return "";
        }
    }

    private Written write(Path directory, NeededObjects needed) throws IOException {
        List<String> damaged = new ArrayList<>();
        for (ObjectEntry entry : needed.objects().values()) {
            Path file = directory.resolve(entry.bucket()).resolve(entry.key()).normalize();
            if (!file.startsWith(directory)) {
                throw new IOException(entry.place() + " is no path below " + directory);
            }
            Files.createDirectories(file.getParent());
            if (!backups.objects().isWhole(entry)) {
                damaged.add(entry.place());
                continue;
            }
            try (OutputStream out = Files.newOutputStream(file)) {
                backups.objects().read(entry, out);
            }
        }
        return new Written(needed.objects().size() - damaged.size(), 0, "", damaged);
    }

    private List<String> options() {
        return at == null
                ? List.of()
                : List.of("--type=time", "--target=" + TARGET.format(at), "--target-action=promote");
    }

    private Instant time() {
        return at == null ? Instant.now() : at;
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> entries = Files.list(directory)) {
                if (entries.findAny().isPresent()) {
                    throw new RestoreException(Reason.NOT_EMPTY, directory + " is not empty");
                }
            }
        }
    }
}
