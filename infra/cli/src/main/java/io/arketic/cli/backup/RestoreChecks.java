package io.arketic.cli.backup;

import io.arketic.cli.backup.Backups.BackupSet;
import io.arketic.cli.backup.RestoreException.Reason;
import io.arketic.cli.stack.BackupReport;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks whether a restore can succeed, before it changes anything. */
record RestoreChecks(Backups backups, @Nullable Instant at) {

    /** Is kept free beside what is restored: for the log that is replayed. */
    private static final long RESERVE = 256L << 20;

    /**
     * Checks repository, key, time and space.
     *
     * @param target what is restored into; it need not be there yet
     * @param objects whether the objects are written below it, too
     */
    void require(Path target, boolean objects) throws IOException, InterruptedException {
        StackSettings settings = backups.settings();
        Path repository = settings.backupRepository();
        if (!Files.isDirectory(repository)) {
            throw new RestoreException(Reason.NO_REPOSITORY, "there is no repository in " + repository);
        }
        requireKey();
        List<BackupSet> sets = backups.list();
        if (sets.isEmpty()) {
            throw new RestoreException(Reason.NO_BACKUP, "the repository " + repository + " holds no backup");
        }
        BackupSet used = sets.stream()
                .filter(set -> at == null || set.ended().isBefore(at))
                .reduce((one, other) -> other)
                .orElseThrow(() -> new RestoreException(
                        Reason.TIME_TOO_EARLY,
                        "the oldest backup ended at " + sets.get(0).ended() + ", after " + at));
        requireArchived(repository);
        long needed = used.size();
        if (objects) {
            needed += backups.objects().journal().at(time()).values().stream()
                    .mapToLong(ObjectEntry::size)
                    .sum();
        }
        requireSpace(target, needed);
    }

    private Instant time() {
        return at == null ? Instant.now() : at;
    }

    /** Reads one file of each kind that the key encrypts. */
    private void requireKey() throws IOException, InterruptedException {
        try {
            List<ObjectJournal.Page> pages = backups.objects().journal().pages();
            if (!pages.isEmpty()) {
                backups.objects().journal().read(pages.get(pages.size() - 1));
            }
            backups.secrets().read(time());
        } catch (IOException e) {
            throw otherKey(e);
        }
        String failure = backups.unreadable();
        if (!failure.isEmpty()) {
            throw otherKey(new IOException(failure));
        }
    }

    private RestoreException otherKey(IOException cause) {
        return new RestoreException(
                Reason.OTHER_KEY,
                "the key does not open the repository " + backups.settings().backupRepository()
                        + "; give the key of its backups: ARKETIC_BACKUP_KEY=… ("
                        + String.valueOf(cause.getMessage()).lines().findFirst().orElse("") + ")",
                cause);
    }

    /** Checks that a time is before the last segment of the archive; the replay of the log decides where it is close. */
    private void requireArchived(Path repository) throws IOException {
        Path archive = repository.resolve("postgresql/archive");
        if (at == null || !Files.isDirectory(archive)) {
            return;
        }
        long last;
        try (Stream<Path> files = Files.walk(archive)) {
            last = files.mapToLong(file -> file.toFile().lastModified()).max().orElse(0);
        }
        if (at.toEpochMilli() > last) {
            throw tooLate(Instant.ofEpochMilli(last));
        }
    }

    RestoreException tooLate(@Nullable Instant end) {
        return new RestoreException(
                Reason.TIME_TOO_LATE,
                "the archive ends before " + at + (end == null ? "" : ", at " + end)
                        + "; a change arrives there within 30 s; without --at its end is restored");
    }

    /** Checks that the database of the repository has the password of the stack that it is restored into. */
    void requireSamePassword() throws IOException {
        Map<String, String> copied = backups.secrets().secrets(time());
        String theirs = copied.get("database-owner-password");
        if (theirs != null && !theirs.equals(backups.settings().owner().password())) {
            throw otherPassword(null);
        }
    }

    RestoreException otherPassword(@Nullable Throwable cause) {
        var refusal = new RestoreException(
                Reason.OTHER_PASSWORD,
                "the backups are of a stack with other secrets than "
                        + backups.settings().state().resolve("secrets.properties")
                        + "; restore them with their own secrets: infra/arketic backup restore --to DIR");
        if (cause != null) {
            refusal.initCause(cause);
        }
        return refusal;
    }

    /** Checks that directories can be exchanged by renames: all of them are on the disk of the first. */
    static void requireOneDisk(Path scratch, List<Path> exchanged) throws IOException {
        FileStore disk = Files.getFileStore(existing(scratch));
        for (Path directory : exchanged) {
            if (!Files.getFileStore(existing(directory)).equals(disk)) {
                throw new RestoreException(
                        Reason.OTHER_DISK,
                        directory + " is on another disk than " + scratch
                                + "; restore with --to, or put both on one disk");
            }
        }
    }

    /** Checks that a disk takes so many bytes and stays usable. */
    static void requireSpace(Path target, long bytes) throws IOException {
        Path existing = existing(target.toAbsolutePath());
        long free = Files.getFileStore(existing).getUsableSpace();
        if (free < bytes + RESERVE) {
            throw new RestoreException(
                    Reason.NO_SPACE,
                    "the disk of " + existing + " has " + BackupReport.size(free) + " free, "
                            + BackupReport.size(bytes + RESERVE) + " are needed");
        }
    }

    private static Path existing(Path path) {
        Path parent = path.getParent();
        return parent == null || Files.exists(path) ? path : existing(parent);
    }
}
