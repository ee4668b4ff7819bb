package io.arketic.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arketic.cli.backup.ObjectCopies.Copied;
import io.arketic.cli.stack.BackupStatus;
import io.arketic.cli.stack.BackupStatus.Run;
import io.arketic.cli.stack.BackupStatus.Work;
import io.arketic.cli.terminal.CommandException;
import io.arketic.services.PgBackRest;
import io.arketic.services.StackSettings;
import io.arketic.store.S3Store;
import io.arketic.store.StoreAccess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * Backs up one stack: the database with pgBackRest, the objects by journal and copy, secrets and keys. Objects are copied
 * before and after the database, so that each object that the database names is in the repository.
 */
public final class Backups {

    /** Describes a backup of the database, as pgBackRest does. */
    public record BackupSet(
            String label, String type, Instant started, Instant ended, long size, long stored, boolean damaged) {}

    /** Sets the age at which a new full backup is due. */
    static final Duration FULL_EVERY = Duration.ofDays(1);

    /** Lists what stands behind the name of the bucket in the names of all buckets; see the API's {@code ObjectStorage}. */
    static final List<String> USES = List.of("", "-chats", "-documents");

    /** Is the code of pgBackRest's info for anything that it does not expect, such as another key. */
    private static final int UNREADABLE = 99;

    private final StackSettings settings;
    private final BackupStatus status;
    private final ObjectCopies objects;
    private final SettingsCopies secrets;

    public Backups(StackSettings settings) {
        this.settings = settings;
        Path repository = settings.backupRepository();
        var encryption = new EncryptedFiles(settings.backupKey());
        this.status = BackupStatus.of(settings);
        this.objects = new ObjectCopies(repository.resolve("objects"), encryption);
        this.secrets = new SettingsCopies(repository.resolve("settings"), encryption);
    }

    StackSettings settings() {
        return settings;
    }

    BackupStatus status() {
        return status;
    }

    ObjectCopies objects() {
        return objects;
    }

    SettingsCopies secrets() {
        return secrets;
    }

    ArchiveQueue archive() {
        return new ArchiveQueue(settings);
    }

    PgBackRest database() {
        return PgBackRest.of(settings);
    }

    static S3Store store(StackSettings settings) {
        Map<String, String> product = settings.productEnvironment();
        return S3Store.open(new StoreAccess(
                Objects.requireNonNull(product.get("ARKETIC_STORE_ENDPOINT")),
                Objects.requireNonNull(product.get("ARKETIC_STORE_ACCESS_KEY")),
                Objects.requireNonNull(product.get("ARKETIC_STORE_SECRET_KEY"))));
    }

    static List<String> buckets(StackSettings settings) {
        String bucket = Objects.requireNonNull(settings.productEnvironment().get("ARKETIC_STORE_BUCKET"));
        return USES.stream().map(use -> bucket + use).toList();
    }

    /** Describes a backup, and the objects that are not in it. */
    public record Made(BackupSet set, List<String> unreadable) {

        /** Returns whether everything is in the backup. */
        boolean isComplete() {
            return unreadable.isEmpty();
        }
    }

    /** Copies the objects that changed; returns those that the store does not deliver. */
    List<String> copyObjects() throws Exception {
        return locked(() -> recordedCopy(false));
    }

    private List<String> recordedCopy(boolean whole) throws Exception {
        Instant began = Instant.now();
        try (S3Store store = store(settings)) {
            Copied copied = objects.copy(store, buckets(settings), whole);
            status.succeeded(Work.OBJECTS, Duration.between(began, Instant.now()), copied.bytes(), copied.unreadable());
            return copied.unreadable();
        } catch (Exception e) {
            throw recordedFailure(Work.OBJECTS, began, e);
        }
    }

    /** Returns the kind of backup that is due: a full one if none is younger than a day. */
    public Work due() throws IOException {
        Run full = status.runs().get(Work.FULL);
        Instant last = full == null ? null : full.succeeded();
        return last == null || last.plus(FULL_EVERY).isBefore(Instant.now()) ? Work.FULL : Work.INCREMENTAL;
    }

    /**
     * Backs up everything. A store that does not deliver its objects does not keep the database from its backup: what is not
     * in the backup is named.
     */
    public Made now(Work type) throws Exception {
        return locked(() -> {
            copyUnlessFailing(false);
            recorded(type, () -> {
                PgBackRest pgBackRest = database();
                pgBackRest.ensureStanza();
                pgBackRest
                        .run("backup", "--type=" + (type == Work.FULL ? "full" : "incr"))
                        .orFail("pgBackRest's backup");
                archive().closeGap();
                secrets.copy(settings);
                return newest().stored();
            });
            // With a whole list, journals before the oldest backup can go.
            List<String> unreadable = copyUnlessFailing(true);
            Instant oldest = list().get(0).started();
            objects.forgetBefore(oldest);
            secrets.forgetBefore(oldest);
            return new Made(newest(), unreadable);
        });
    }

    /** Returns when the last complete listing of the objects began; the objects of then are in the repository. */
    public Instant objectsListed() throws IOException {
        return objects.listed();
    }

    private List<String> copyUnlessFailing(boolean whole) throws InterruptedException {
        try {
            return recordedCopy(whole);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return List.of("all objects since the last copy: " + e.getMessage());
        }
    }

    /** Lets the next backup make a repository where one was before. */
    void beginRepository() {
        database().beginRepository();
    }

    /** Returns what pgBackRest says of the repository. */
    private JsonNode info() throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(database().run("info", "--output=json").orFail("pgBackRest's info"))
                .path(0);
    }

    /** Returns why pgBackRest cannot read the repository; empty if it can, also if it holds no backup. */
    String unreadable() throws IOException, InterruptedException {
        JsonNode status = info().path("repo").path(0).path("status");
        return status.path("code").asInt() == UNREADABLE
                ? status.path("message").asText()
                : "";
    }

    private BackupSet newest() throws IOException, InterruptedException {
        List<BackupSet> all = list();
        if (all.isEmpty()) {
            throw CommandException.failed("pgBackRest knows no backup after one was made");
        }
        return all.get(all.size() - 1);
    }

    /** Returns the backups of the database, oldest first. */
    List<BackupSet> list() throws IOException, InterruptedException {
        List<BackupSet> sets = new ArrayList<>();
        for (JsonNode set : info().path("backup")) {
            sets.add(new BackupSet(
                    set.path("label").asText(),
                    set.path("type").asText(),
                    Instant.ofEpochSecond(set.path("timestamp").path("start").asLong()),
                    Instant.ofEpochSecond(set.path("timestamp").path("stop").asLong()),
                    set.path("info").path("size").asLong(),
                    set.path("info").path("repository").path("delta").asLong(),
                    set.path("error").asBoolean()));
        }
        return sets;
    }

    /** Runs a work and keeps its result; returns the bytes that it says. */
    long recorded(Work work, Callable<Long> run) throws Exception {
        Instant began = Instant.now();
        try {
            long bytes = run.call();
            status.succeeded(work, Duration.between(began, Instant.now()), bytes, List.of());
            return bytes;
        } catch (Exception e) {
            throw recordedFailure(work, began, e);
        }
    }

    /** Keeps a failure, which stays the one that is reported where it cannot be kept. */
    <E extends Exception> E recordedFailure(Work work, Instant began, E failure) {
        try {
            status.failed(work, Duration.between(began, Instant.now()), String.valueOf(failure.getMessage()));
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /** Lets one process at a time change the repository, which is made on first use; the lock ends with its holder. */
    private <T> T locked(Callable<T> work) throws Exception {
        database().prepareRepository();
        Path file = settings.backupRepository().resolve("lock");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            return work.call();
        }
    }

    /** Returns the bytes on disk of the whole repository. */
    long size() throws IOException {
        if (!Files.isDirectory(settings.backupRepository())) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(settings.backupRepository())) {
            return files.mapToLong(
                            file -> Files.isRegularFile(file) ? file.toFile().length() : 0)
                    .sum();
        }
    }
}
