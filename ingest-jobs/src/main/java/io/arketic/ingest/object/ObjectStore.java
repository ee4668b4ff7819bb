package io.arketic.ingest.object;

import io.arketic.ingest.flow.ParkedObjectException;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.schema.ledger.ObjectVersion;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Accesses the object store, any that speaks S3. Safe for use by several threads.
 *
 * <p>Every failure on the way is a {@link StoreUnavailableException}: only the store's own clear answer that an object
 * is missing counts as its absence.
 */
public final class ObjectStore implements AutoCloseable {

    /** Receives the objects of a listing; may wait. */
    public interface Listed {
        void accept(ObjectVersion version) throws InterruptedException;
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int COPY_BUFFER = 64 << 10;

    private final OkHttpClient http;
    private final MinioClient client;

    public ObjectStore(IngestSettings.Store settings) {
        http = new OkHttpClient.Builder()
                .connectTimeout(PATIENCE)
                .readTimeout(PATIENCE)
                .writeTimeout(PATIENCE)
                .build();
        client = MinioClient.builder()
                .endpoint(settings.endpoint())
                .credentials(settings.accessKey(), settings.secretKey())
                .httpClient(http)
                .build();
    }

    /** Creates the bucket unless it exists. */
    public void makeBucket(String bucket) throws StoreUnavailableException {
        try {
            if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
                client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
            }
        } catch (MinioException e) {
            throw unavailable("make bucket " + bucket, e);
        }
    }

    /**
     * Returns the version that the store holds now; empty if it holds none.
     *
     * @throws ParkedObjectException when the store refuses this object alone
     */
    public Optional<ObjectVersion> stat(String bucket, String key)
            throws StoreUnavailableException, ParkedObjectException {
        try {
            StatObjectResponse found = client.statObject(
                    StatObjectArgs.builder().bucket(bucket).object(key).build());
            return Optional.of(version(bucket, key, found.etag(), found.lastModified(), found.size()));
        } catch (MinioException e) {
            if (!absent(e)) {
                throw denied(bucket, e, "stat " + key);
            }
        }
        // A HEAD has no body that distinguishes a missing object from a missing bucket, which must not delete
        // documents.
        try {
            if (client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
                return Optional.empty();
            }
        } catch (MinioException e) {
            throw unavailable("look for bucket " + bucket, e);
        }
        throw new StoreUnavailableException("bucket " + bucket + " does not exist");
    }

    /**
     * Returns the version of an unreadable object from a listing; empty if the listing lacks it. It has no ETag if the
     * listing omits it.
     *
     * @throws ParkedObjectException when the listing is refused, too
     */
    Optional<ObjectVersion> shown(String bucket, String key) throws StoreUnavailableException, ParkedObjectException {
        Iterator<Result<Item>> all = client.listObjects(ListObjectsArgs.builder()
                        .bucket(bucket)
                        .prefix(key)
                        .recursive(true)
                        .maxKeys(1)
                        .build())
                .iterator();
        try {
            if (!all.hasNext()) {
                return Optional.empty();
            }
            Item item = all.next().get(); // the key itself comes before all that begin with it
            return item.objectName().equals(key) && !item.isDir() && !item.isDeleteMarker()
                    ? Optional.of(version(bucket, key, item.etag(), item.lastModified(), item.size()))
                    : Optional.empty();
        } catch (MinioException e) {
            if (refused(e)) {
                throw new ParkedObjectException(
                        ParkedObjectException.Reason.ACCESS_DENIED, "the store refuses to list it: " + e.getMessage());
            }
            throw unavailable("list " + key, e);
        }
    }

    /**
     * Fetches exactly {@code version} into {@code file}, which is overwritten.
     *
     * @throws ParkedObjectException when the store refuses this object alone, or has put it into an archive
     */
    Download download(ObjectVersion version, Path file) throws StoreUnavailableException, ParkedObjectException {
        MessageDigest digest = sha256();
        GetObjectArgs wanted = GetObjectArgs.builder()
                .bucket(version.bucket())
                .object(version.key())
                .matchETag(version.etag().isEmpty() ? null : version.etag())
                .build();
        long bytes;
        try (GetObjectResponse body = client.getObject(wanted);
                OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            String etag = body.headers().get("ETag");
            if (etag != null && !version.etag().isEmpty() && !unquoted(etag).equals(version.etag())) {
                return new Download.Withheld();
            }
            bytes = copy(body, out, version.size());
        } catch (MinioException e) {
            if (absent(e) || changed(e)) {
                return new Download.Withheld();
            }
            if (archived(e)) {
                throw new ParkedObjectException(
                        ParkedObjectException.Reason.OBJECT_ARCHIVED, "the store keeps it in an archive");
            }
            throw denied(version.bucket(), e, "get " + version.key());
        } catch (IOException e) {
            throw new StoreUnavailableException("get " + version.key() + ": " + e.getMessage(), e);
        }
        if (bytes != version.size()) {
            throw new StoreUnavailableException(
                    "get " + version.key() + ": " + bytes + " bytes came instead of " + version.size());
        }
        return new Download.Complete(HexFormat.of().formatHex(digest.digest()));
    }

    /**
     * Passes every object of the bucket, in the order of their keys.
     *
     * @throws StoreUnavailableException when the listing broke off; what was shown until then is not all
     */
    public void list(String bucket, Listed found) throws StoreUnavailableException, InterruptedException {
        Iterable<Result<Item>> all = client.listObjects(
                ListObjectsArgs.builder().bucket(bucket).recursive(true).build());
        try {
            for (Result<Item> result : all) {
                Item item = result.get();
                if (!item.isDir() && !item.isDeleteMarker()) {
                    Optional<ObjectVersion> version = listed(bucket, item);
                    if (version.isPresent()) {
                        found.accept(version.get());
                    }
                }
            }
        } catch (MinioException e) {
            throw unavailable("list " + bucket, e);
        }
    }

    /** Asks for the object if the listing omits its ETag; empty if it is gone meanwhile. */
    private Optional<ObjectVersion> listed(String bucket, Item item) throws StoreUnavailableException {
        if (item.etag() != null) {
            return Optional.of(version(bucket, item.objectName(), item.etag(), item.lastModified(), item.size()));
        }
        try {
            return stat(bucket, item.objectName());
        } catch (ParkedObjectException denied) {
            // Shown without an ETag, so that the next look meets the refusal.
            return Optional.of(version(bucket, item.objectName(), null, item.lastModified(), item.size()));
        }
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    /** Copies at most one byte more than expected, to detect a surplus. */
    private static long copy(GetObjectResponse body, OutputStream out, long expected) throws IOException {
        byte[] buffer = new byte[COPY_BUFFER];
        long copied = 0;
        int read = body.read(buffer);
        while (read >= 0 && copied <= expected) {
            out.write(buffer, 0, read);
            copied += read;
            read = body.read(buffer);
        }
        return copied;
    }

    private static ObjectVersion version(
            String bucket, String key, @Nullable String etag, @Nullable ZonedDateTime lastModified, long size)
            throws StoreUnavailableException {
        if (lastModified == null) {
            throw new StoreUnavailableException("no time of last change for " + key);
        }
        return new ObjectVersion(
                bucket,
                key,
                etag == null ? "" : unquoted(etag),
                lastModified.toInstant().truncatedTo(ChronoUnit.SECONDS),
                size);
    }

    private static String unquoted(String etag) {
        return etag.replace("\"", "");
    }

    private static boolean absent(MinioException e) {
        return e instanceof ErrorResponseException refusal
                && switch (refusal.errorResponse().code()) {
                    case "NoSuchKey", "NoSuchObject", "NoSuchVersion" -> true;
                    default -> false;
                };
    }

    private static boolean changed(MinioException e) {
        return e instanceof ErrorResponseException refusal && refusal.response().code() == 412;
    }

    private static boolean archived(MinioException e) {
        return e instanceof ErrorResponseException refusal
                && "InvalidObjectState".equals(refusal.errorResponse().code());
    }

    /**
     * Returns whether a refusal may concern one object alone: its rights, or a key of the client's own, to which a HEAD
     * answers 400.
     */
    private static boolean ofTheObject(MinioException e) {
        if (!(e instanceof ErrorResponseException refusal)) {
            return false;
        }
        int status = refusal.response().code();
        return status == 400 || status == 403 || status == 405;
    }

    private static boolean refused(MinioException e) {
        return e instanceof ErrorResponseException refusal
                && "AccessDenied".equals(refusal.errorResponse().code());
    }

    /**
     * Returns the exception for a refusal. One unreadable object waits separately; if the bucket is closed to the job,
     * too, all objects wait.
     */
    private StoreUnavailableException denied(String bucket, MinioException refusal, String what)
            throws ParkedObjectException {
        if (ofTheObject(refusal) && isOpen(bucket)) {
            throw new ParkedObjectException(
                    ParkedObjectException.Reason.ACCESS_DENIED, "the store refuses it: " + refusal.getMessage());
        }
        return unavailable(what, refusal);
    }

    private boolean isOpen(String bucket) {
        try {
            return client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build());
        } catch (MinioException closed) {
            return false;
        }
    }

    private static StoreUnavailableException unavailable(String what, MinioException e) {
        return new StoreUnavailableException(what + ": " + e.getMessage(), e);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
