package io.arketic.rag.knowledge;

import io.arketic.rag.deployment.StoreProperties;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The knowledge bucket, and others of the same store. A store that does not answer is a problem of the request, never of the
 * process.
 */
@Component
public class ObjectStorage {

    /** An object being read; {@code size} is -1 when the store does not say. */
    public record StoredObject(InputStream bytes, long size) {}

    /** Held in memory for each upload larger than this; S3's least is 5 MiB. */
    private static final long PART_BYTES = 8L << 20;

    /** Bounds the memory for those parts. */
    private static final int PUTS = 8;

    /** In a row, of removals: the store does not serve, or serves no removals. */
    private static final int REFUSALS = 100;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Semaphore puts;
    private final MinioClient client;
    private final LinkSigner signer;
    private final String bucket;
    private final AtomicBoolean bucketSeen = new AtomicBoolean();

    @Autowired
    ObjectStorage(MinioClient client, LinkSigner signer, StoreProperties store) {
        this(client, signer, store.bucket(), new Semaphore(PUTS, true));
    }

    private ObjectStorage(MinioClient client, LinkSigner signer, String bucket, Semaphore puts) {
        this.client = client;
        this.signer = signer;
        this.bucket = bucket;
        this.puts = puts;
    }

    /** Another bucket of the store, within the same bounds of memory. */
    public ObjectStorage inBucket(String other) {
        return new ObjectStorage(client, signer, other, puts);
    }

    String bucket() {
        return bucket;
    }

    /** Writes an object, or overwrites it; it is there whole or not at all. Returns its ETag without quotes. */
    public String put(String key, InputStream bytes, long size, String contentType) {
        enter();
        try {
            makeBucketOnce();
            return client.putObject(PutObjectArgs.builder().bucket(bucket).object(key).stream(bytes, size, PART_BYTES)
                            .contentType(contentType)
                            .build())
                    .etag()
                    .replace("\"", "");
        } catch (MinioException failure) {
            throw unavailable(failure);
        } finally {
            puts.release();
        }
    }

    private void enter() {
        try {
            if (puts.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        throw new ProblemException(
                ProblemReason.STORE_UNAVAILABLE, "Too many files are on their way to the object store; try again.");
    }

    /** The caller closes the stream. */
    public StoredObject open(String key) {
        try {
            GetObjectResponse object = client.getObject(
                    GetObjectArgs.builder().bucket(bucket).object(key).build());
            String length = object.headers().get("Content-Length");
            return new StoredObject(object, length == null ? -1 : Long.parseLong(length));
        } catch (MinioException failure) {
            if (failure instanceof ErrorResponseException refused
                    && "NoSuchKey".equals(refused.errorResponse().code())) {
                throw ProblemException.notFound("file in the store");
            }
            throw unavailable(failure);
        }
    }

    /**
     * Where whoever has the link gets the object from the store itself, to be saved, for a few minutes.
     *
     * @param mediaType what the store says that it is
     */
    public DownloadLink link(String key, String filename, String mediaType) {
        try {
            return signer.link(bucket, key, filename, mediaType);
        } catch (MinioException failure) {
            throw unavailable(failure);
        }
    }

    /** Without effect when there is no such object. */
    public void remove(String key) {
        try {
            client.removeObject(
                    RemoveObjectArgs.builder().bucket(bucket).object(key).build());
        } catch (MinioException failure) {
            throw unavailable(failure);
        }
    }

    /**
     * Removes objects under a prefix, {@code atMost} of them; returns how many. Those that the store refuses to remove are
     * passed over.
     *
     * @throws ProblemException when all that is left was refused, or {@link #REFUSALS} in a row
     */
    int removeSome(String prefix, int atMost) {
        int removed = 0;
        int refused = 0;
        try {
            if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
                return 0;
            }
            @Nullable RuntimeException last = null;
            for (Result<Item> found : client.listObjects(ListObjectsArgs.builder()
                    .bucket(bucket)
                    .prefix(prefix)
                    .recursive(true)
                    .build())) {
                try {
                    remove(found.get().objectName());
                    removed++;
                    refused = 0;
                } catch (ProblemException | IllegalArgumentException refusal) {
                    // Refused by the store, or by its client, which sends no key like a/../b.
                    last = refusal;
                    refused++;
                }
                if (removed == atMost || refused == REFUSALS) {
                    break;
                }
            }
            if (last != null && (removed == 0 || refused == REFUSALS)) {
                throw last;
            }
            return removed;
        } catch (MinioException failure) {
            throw unavailable(failure);
        }
    }

    /** The names of the folders right under a prefix, which ends with a slash. */
    List<String> folders(String prefix) {
        List<String> folders = new ArrayList<>();
        try {
            if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
                return folders;
            }
            for (Result<Item> found : client.listObjects(
                    ListObjectsArgs.builder().bucket(bucket).prefix(prefix).build())) {
                Item item = found.get();
                if (item.isDir()) {
                    folders.add(item.objectName().substring(prefix.length()).replaceAll("/$", ""));
                }
            }
            return folders;
        } catch (MinioException failure) {
            throw unavailable(failure);
        }
    }

    private void makeBucketOnce() throws MinioException {
        if (bucketSeen.get()) {
            return;
        }
        if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
            try {
                client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
            } catch (ErrorResponseException raced) {
                if (!raced.errorResponse().code().startsWith("BucketAlready")) {
                    throw raced;
                }
            }
        }
        bucketSeen.set(true);
    }

    private static ProblemException unavailable(MinioException failure) {
        return new ProblemException(
                ProblemReason.STORE_UNAVAILABLE, "The object store did not do what was asked; try again.", failure);
    }
}
