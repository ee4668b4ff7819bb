package io.arketic.cli.backup;

import io.arketic.cli.backup.RestoreException.Reason;
import io.arketic.services.StackSettings;
import io.arketic.store.S3Store;
import io.arketic.store.StoreException;
import io.arketic.store.StoredObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Writes copied objects into a store. Objects with the same ETag and size stay. An object that is overwritten is first
 * copied to a bucket of its own, so that it can be put back.
 */
final class ObjectRestore {

    /**
     * Counts what was written.
     *
     * @param put objects written; others were there already
     * @param kept objects that were overwritten
     * @param bucket holds them, each as BUCKET/KEY; empty where nothing was overwritten
     * @param damaged places of objects whose copies cannot be read; they were not written
     */
    record Written(int put, int kept, String bucket, List<String> damaged) {}

    private record Change(ObjectEntry entry, Optional<StoredObject> present) {}

    private static final String TYPE = "application/octet-stream";

    private final Backups backups;
    private final StackSettings settings;
    private final String aside;
    private final BooleanSupplier ending;
    private final List<Change> done = new ArrayList<>();

    private ObjectRestore(Backups backups, StackSettings settings, String aside, BooleanSupplier ending) {
        this.backups = backups;
        this.settings = settings;
        this.aside = aside;
        this.ending = ending;
    }

    /**
     * @param aside names the bucket of what is overwritten; it is made when the first object needs it
     * @param ending whether the process was asked to end
     */
    static ObjectRestore into(Backups backups, StackSettings settings, String aside, BooleanSupplier ending) {
        return new ObjectRestore(backups, settings, aside, ending);
    }

    /**
     * Writes what differs; puts everything back after a failure, and where the process is asked to end.
     *
     * @throws RestoreException if the store does not take the objects
     */
    Written write(Map<String, ObjectEntry> objects) throws IOException {
        try (S3Store store = Backups.store(settings)) {
            List<Change> changes = changes(store, objects.values());
            List<String> damaged = new ArrayList<>();
            for (Change change : changes) {
                requireGoingOn();
                if (!backups.objects().isWhole(change.entry())) {
                    damaged.add(change.entry().place());
                }
            }
            Set<String> unreadable = Set.copyOf(damaged);
            changes.removeIf(change -> unreadable.contains(change.entry().place()));
            if (settings.embedsStore()) {
                RestoreChecks.requireSpace(
                        settings.directory(),
                        changes.stream().mapToLong(ObjectRestore::bytes).sum());
            }
            boolean overwrites =
                    changes.stream().anyMatch(change -> change.present().isPresent());
            if (overwrites) {
                store.makeBucket(aside);
            }
            for (Change change : changes) {
                requireGoingOn();
                put(store, change);
            }
            return new Written(
                    changes.size(),
                    (int) changes.stream()
                            .filter(change -> change.present().isPresent())
                            .count(),
                    overwrites ? aside : "",
                    damaged);
        } catch (StoreException e) {
            undo(e);
            throw new RestoreException(
                    Reason.NO_STORE, "the object store does not take the objects: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            undo(e);
            throw e;
        }
    }

    private void requireGoingOn() throws InterruptedIOException {
        if (ending.getAsBoolean()) {
            throw new InterruptedIOException("the restore was interrupted");
        }
    }

    private List<Change> changes(S3Store store, Collection<ObjectEntry> objects) throws StoreException {
        for (String bucket : Backups.buckets(settings)) {
            store.makeBucket(bucket);
        }
        List<Change> changes = new ArrayList<>();
        for (ObjectEntry entry : objects) {
            Optional<StoredObject> present = store.stat(entry.bucket(), entry.key());
            boolean same = present.isPresent()
                    && present.get().etag().equals(entry.etag())
                    && present.get().size() == entry.size();
            if (!same) {
                changes.add(new Change(entry, present));
            }
        }
        return changes;
    }

    /** Counts what stays, too. */
    private static long bytes(Change change) {
        return change.entry().size() + change.present().map(StoredObject::size).orElse(0L);
    }

    private void put(S3Store store, Change change) throws IOException, StoreException {
        ObjectEntry entry = change.entry();
        Path draft = Files.createTempFile(settings.state(), "restored", ".object");
        try {
            try (OutputStream out = Files.newOutputStream(draft)) {
                backups.objects().read(entry, out);
            }
            if (change.present().isPresent()) {
                store.copy(entry.bucket(), entry.key(), aside, entry.place());
            }
            done.add(change);
            try (var bytes = Files.newInputStream(draft)) {
                store.put(entry.bucket(), entry.key(), bytes, entry.size(), TYPE);
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /**
     * Puts back what was overwritten, and removes what was not there. It goes on where an object fails.
     *
     * @param cause why it is undone; it is kept beside a failure
     */
    void undo(Throwable cause) throws IOException {
        if (done.isEmpty()) {
            return;
        }
        List<Exception> failures = new ArrayList<>();
        try (S3Store store = Backups.store(settings)) {
            for (Change change : done) {
                try {
                    putBack(store, change);
                } catch (StoreException | RuntimeException e) {
                    failures.add(e);
                }
            }
        }
        done.clear();
        if (!failures.isEmpty()) {
            var failure = new IOException(
                    failures.size() + " objects could not be put back: they are in bucket " + aside + ": "
                            + failures.get(0).getMessage(),
                    cause);
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    private void putBack(S3Store store, Change change) throws StoreException {
        ObjectEntry entry = change.entry();
        if (change.present().isPresent()) {
            store.copy(aside, entry.place(), entry.bucket(), entry.key());
        } else {
            store.remove(entry.bucket(), entry.key());
        }
    }
}
