package io.arketic.cli.backup;

import io.arketic.cli.terminal.CommandException;
import io.arketic.services.DataServices;
import io.arketic.services.LocalStack;
import io.arketic.services.ServiceException;
import io.arketic.services.StackSettings;
import io.arketic.store.S3Store;
import io.arketic.store.StoreException;
import io.arketic.store.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
     * @param put number of objects written; others were there already
     */
    public record Restored(Duration database, Duration objects, int put, NeededObjects needed) {

        /** Returns the time until database and objects were there. */
        public Duration took() {
            return database.plus(objects);
        }
    }

    private static final DateTimeFormatter TARGET =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'").withZone(ZoneOffset.UTC);

    private static final DateTimeFormatter ASIDE =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Backups backups;
    private final @Nullable Instant at;

    /** @param at null for the end of the archive */
    public Restore(Backups backups, @Nullable Instant at) {
        this.backups = backups;
        this.at = at;
    }

    /**
     * Restores into a directory that is missing or empty, which is a state directory then: {@code ARKETIC_HOME=DIR
     * infra/arketic up} starts it. Objects go into the embedded store, or, if the stack uses another store, into files
     * under {@code DIR/objects}.
     *
     * @param look called before database and store are stopped
     */
    public Restored into(Path directory, Look look) throws Exception {
        requireEmpty(directory);
        backups.secrets().restore(directory, time());
        StackSettings there = backups.settings().elsewhere(directory);
        return restored(there, new LocalStack(there), there.embedsStore() ? null : directory.resolve("objects"), look);
    }

    /** Restores the database alone, for a check; the caller closes what runs. */
    DataServices databaseInto(Path directory, StackSettings there) throws InterruptedException {
        var local = new LocalStack(there);
        List<String> options = new ArrayList<>(options());
        // A damaged file fails at once.
        options.add("--job-retry=0");
        backups.database().restore(local.postgresData(), options);
        return start(local, false);
    }

    /**
     * Restores the stopped stack itself. Objects that came after the time stay, and are ingested again.
     *
     * @param aside gets what was there
     */
    Restored inPlace(LocalStack local, Path aside) throws Exception {
        StackSettings settings = backups.settings();
        Files.createDirectories(aside);
        Path directory = settings.directory();
        // Flink's state knows files that the restored database does not.
        for (Path old : List.of(
                local.postgresData(),
                directory.resolve("flink"),
                directory.resolve("zookeeper"),
                directory.resolve("ingest-job"),
                directory.resolve("reindex-job"))) {
            if (Files.exists(old)) {
                Files.move(
                        old, aside.resolve(directory.relativize(old).toString().replace('/', '-')));
            }
        }
        return restored(settings, local, null, restored -> {});
    }

    static Path aside(StackSettings settings) {
        return settings.directory().resolve("before-restore-" + ASIDE.format(Instant.now()));
    }

    private Restored restored(StackSettings there, LocalStack local, @Nullable Path files, Look look) throws Exception {
        Instant began = Instant.now();
        backups.database().restore(local.postgresData(), options());
        try (DataServices services = start(local, files == null)) {
            Duration database = Duration.between(began, Instant.now());
            NeededObjects needed = NeededObjects.of(backups.objects().journal(), there, there.owner(), time());
            int put = files == null ? put(there, needed) : write(files, needed);
            var restored = new Restored(
                    database, Duration.between(began, Instant.now()).minus(database), put, needed);
            look.at(there);
            return restored;
        }
    }

    private DataServices start(LocalStack local, boolean store) throws InterruptedException {
        try {
            return local.startData(store);
        } catch (ServiceException e) {
            boolean tooLate = at != null && log(local).contains("recovery ended before configured recovery target");
            throw tooLate
                    ? CommandException.unusable("the archive ends before " + at + "; without --at its end is restored")
                    : e;
        }
    }

    private static String log(LocalStack local) {
        try {
            return Files.readString(local.log("postgresql"));
        } catch (IOException e) {
            return "";
        }
    }

    private int put(StackSettings there, NeededObjects needed) throws IOException {
        int put = 0;
        Path draft = Files.createTempFile("arketic-restore", ".object");
        try (S3Store store = Backups.store(there)) {
            for (String bucket : Backups.buckets(there)) {
                store.makeBucket(bucket);
            }
            for (ObjectEntry entry : needed.objects().values()) {
                Optional<StoredObject> held = store.stat(entry.bucket(), entry.key());
                boolean same = held.isPresent()
                        && held.get().etag().equals(entry.etag())
                        && held.get().size() == entry.size();
                if (!same) {
                    try (OutputStream out = Files.newOutputStream(draft)) {
                        backups.objects().read(entry, out);
                    }
                    try (var bytes = Files.newInputStream(draft)) {
                        store.put(entry.bucket(), entry.key(), bytes, entry.size(), "application/octet-stream");
                    }
                    put++;
                }
            }
            return put;
        } catch (StoreException e) {
            throw new IOException("the object store did not take an object: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private int write(Path directory, NeededObjects needed) throws IOException {
        for (ObjectEntry entry : needed.objects().values()) {
            Path file = directory.resolve(entry.bucket()).resolve(entry.key()).normalize();
            if (!file.startsWith(directory)) {
                throw new IOException(entry.place() + " is no path below " + directory);
            }
            Files.createDirectories(file.getParent());
            try (OutputStream out = Files.newOutputStream(file)) {
                backups.objects().read(entry, out);
            }
        }
        return needed.objects().size();
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
                    throw CommandException.unusable(directory + " is not empty");
                }
            }
        }
    }
}
