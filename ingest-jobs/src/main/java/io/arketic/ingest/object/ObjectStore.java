package io.arketic.ingest.object;

import io.arketic.ingest.flow.ParkedObjectException;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.store.Listing;
import io.arketic.store.S3Store;
import io.arketic.store.StoreAccess;
import io.arketic.store.StoreException;
import io.arketic.store.StoredContent;
import io.arketic.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Accesses the object store, any that speaks S3. Safe for use by several threads.
 *
 * <p>Every failure on the way is a {@link StoreUnavailableException}: only the store's own clear answer that an object
 * is missing counts as its absence.
 */
public final class ObjectStore implements AutoCloseable {

    /** Receives the objects of a listing; may wait. */
    public interface Listed<E extends Exception> {
        void accept(ObjectVersion version) throws E;
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int COPY_BUFFER = 64 << 10;

    private final S3Store store;

    public ObjectStore(IngestSettings.Store settings) {
        store = S3Store.open(new StoreAccess(
                settings.endpoint(), settings.accessKey(), settings.secretKey(), "", PATIENCE, PATIENCE));
    }

    /** Creates the bucket unless it exists. */
    public void makeBucket(String bucket) throws StoreUnavailableException {
        try {
            store.makeBucket(bucket);
        } catch (StoreException e) {
            throw unavailable(e);
        }
    }

    /**
     * Returns the version that the store holds now; empty if it holds none. A missing bucket is not taken for a missing
     * object, because that would delete documents.
     *
     * @throws ParkedObjectException when the store refuses this object alone
     */
    public Optional<ObjectVersion> stat(String bucket, String key)
            throws StoreUnavailableException, ParkedObjectException {
        try {
            Optional<StoredObject> found = store.stat(bucket, key);
            return found.isPresent() ? Optional.of(version(bucket, found.get())) : Optional.empty();
        } catch (StoreException e) {
            throw denied(bucket, e);
        }
    }

    /**
     * Returns the version of an unreadable object from a listing; empty if the listing lacks it. It has no ETag if the
     * listing omits it.
     *
     * @throws ParkedObjectException when the listing is refused, too
     */
    Optional<ObjectVersion> shown(String bucket, String key) throws StoreUnavailableException, ParkedObjectException {
        try {
            Optional<StoredObject> first = store.first(bucket, key);
            return first.isPresent() && first.get().key().equals(key)
                    ? Optional.of(version(bucket, first.get()))
                    : Optional.empty();
        } catch (StoreException e) {
            if (e.reason() == StoreException.Reason.DENIED) {
                throw new ParkedObjectException(
                        ParkedObjectException.Reason.ACCESS_DENIED, "the store refuses to list it: " + e.getMessage());
            }
            throw unavailable(e);
        }
    }

    /**
     * Fetches exactly {@code version} into {@code file}, which is overwritten.
     *
     * @throws ParkedObjectException when the store refuses this object alone, or has put it into an archive, or the file
     *     has no room here
     */
    Download download(ObjectVersion version, Path file) throws StoreUnavailableException, ParkedObjectException {
        MessageDigest digest = sha256();
        long bytes;
        try (OutputStream out = new DigestOutputStream(local(file), digest);
                StoredContent content = open(version)) {
            if (!content.etag().isEmpty()
                    && !version.etag().isEmpty()
                    && !content.etag().equals(version.etag())) {
                return new Download.Withheld();
            }
            bytes = copy(content.bytes(), out, version.size());
        } catch (StoreException e) {
            return switch (e.reason()) {
                case ABSENT, CHANGED -> new Download.Withheld();
                case ARCHIVED ->
                    throw new ParkedObjectException(
                            ParkedObjectException.Reason.OBJECT_ARCHIVED, "the store keeps it in an archive");
                default -> throw denied(version.bucket(), e);
            };
        } catch (IOException e) {
            throw new StoreUnavailableException("get " + version.key() + ": " + e.getMessage(), e);
        }
        if (bytes != version.size()) {
            throw new StoreUnavailableException(
                    "get " + version.key() + ": " + bytes + " bytes came instead of " + version.size());
        }
        return new Download.Complete(HexFormat.of().formatHex(digest.digest()));
    }

    private StoredContent open(ObjectVersion version) throws StoreException {
        return version.etag().isEmpty()
                ? store.get(version.bucket(), version.key())
                : store.getVersion(version.bucket(), version.key(), version.etag());
    }

    /**
     * Passes every object of the bucket, in the order of their keys.
     *
     * @throws StoreUnavailableException when the listing broke off; what was shown until then is not all
     */
    public <E extends Exception> void list(String bucket, Listed<E> found) throws StoreUnavailableException, E {
        Listing all = store.list(bucket, "");
        try {
            for (Optional<StoredObject> next = all.next(); next.isPresent(); next = all.next()) {
                Optional<ObjectVersion> version = listed(bucket, next.get());
                if (version.isPresent()) {
                    found.accept(version.get());
                }
            }
        } catch (StoreException e) {
            throw unavailable(e);
        }
    }

    /** Asks for the object if the listing omits its ETag; empty if it is gone meanwhile. */
    private Optional<ObjectVersion> listed(String bucket, StoredObject object) throws StoreUnavailableException {
        if (!object.etag().isEmpty()) {
            return Optional.of(version(bucket, object));
        }
        try {
            return stat(bucket, object.key());
        } catch (ParkedObjectException denied) {
            // Shown without an ETag, so that the job meets the refusal when it looks at the object.
            return Optional.of(version(bucket, object));
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    /** Copies at most one byte more than expected, to detect a surplus. */
    private static long copy(InputStream body, OutputStream out, long expected)
            throws IOException, ParkedObjectException {
        byte[] buffer = new byte[COPY_BUFFER];
        long copied = 0;
        int read = body.read(buffer);
        while (read >= 0 && copied <= expected) {
            write(out, buffer, read);
            copied += read;
            read = body.read(buffer);
        }
        return copied;
    }

    private static OutputStream local(Path file) throws ParkedObjectException {
        try {
            return Files.newOutputStream(file);
        } catch (IOException full) {
            throw noRoom(full);
        }
    }

    private static void write(OutputStream out, byte[] buffer, int length) throws ParkedObjectException {
        try {
            out.write(buffer, 0, length);
        } catch (IOException full) {
            throw noRoom(full);
        }
    }

    /** Returns the exception for a fault of this machine, for which the store's other objects must not wait. */
    private static ParkedObjectException noRoom(IOException full) {
        return new ParkedObjectException(
                ParkedObjectException.Reason.MACHINE_FAILED, "no room for the file: " + full.getMessage());
    }

    private static ObjectVersion version(String bucket, StoredObject object) throws StoreUnavailableException {
        Instant lastModified = object.lastModified();
        if (lastModified == null) {
            throw new StoreUnavailableException("no time of last change for " + object.key());
        }
        return new ObjectVersion(
                bucket, object.key(), object.etag(), lastModified.truncatedTo(ChronoUnit.SECONDS), object.size());
    }

    /**
     * Returns the exception for a refusal. One unreadable object waits separately; if the bucket is closed to the job,
     * too, all objects wait.
     */
    private StoreUnavailableException denied(String bucket, StoreException refusal) throws ParkedObjectException {
        boolean ofTheObject = refusal.reason() == StoreException.Reason.DENIED
                || refusal.reason() == StoreException.Reason.ARCHIVED
                || refusal.reason() == StoreException.Reason.REFUSED;
        if (ofTheObject && isOpen(bucket)) {
            throw new ParkedObjectException(
                    ParkedObjectException.Reason.ACCESS_DENIED, "the store refuses it: " + refusal.getMessage());
        }
        return unavailable(refusal);
    }

    /** Returns whether the store answers and lets the job use the bucket. */
    boolean isOpen(String bucket) {
        try {
            return store.hasBucket(bucket);
        } catch (StoreException closed) {
            return false;
        }
    }

    private static StoreUnavailableException unavailable(StoreException e) {
        return new StoreUnavailableException(String.valueOf(e.getMessage()), e);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
