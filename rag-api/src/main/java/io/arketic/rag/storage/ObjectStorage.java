package io.arketic.rag.storage;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.bulkhead.Turns;
import io.arketic.rag.bulkhead.Turns.Turn;
import io.arketic.rag.deployment.Sender;
import io.arketic.rag.deployment.StoreProperties;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.minio.BucketExistsArgs;
import io.minio.CopyObjectArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.SourceObject;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Accesses the knowledge bucket, and others of the same store. A store that does not answer is a problem of the
 * request, never of the process.
 */
@Component
public class ObjectStorage {

    /** Holds an open object; {@code size} is -1 if the store does not report it. */
    public record StoredObject(InputStream bytes, long size) {}

    /** Sets the bytes in memory for each larger upload; S3's minimum is 5 MiB. */
    private static final long PART_BYTES = 8L << 20;

    /** Limits the memory for those parts. */
    private static final int PUTS = 8;

    /** Limits successive failed removals: the store does not work, or supports no removals. */
    private static final int REFUSALS = 100;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final Bulkhead uploads;
    private final Bulkhead downloads;
    private final Turns puts;
    private final MinioClient client;
    private final LinkSigner signer;
    private final String bucket;
    private final AtomicBoolean bucketSeen = new AtomicBoolean();

    @Autowired
    ObjectStorage(MinioClient client, LinkSigner signer, StoreProperties store, Bulkheads bulkheads) {
        this(
                client,
                signer,
                store.bucket(),
                bulkheads.of(Kind.UPLOADS),
                bulkheads.of(Kind.DOWNLOADS),
                bulkheads.turns("uploads", PUTS));
    }

    private ObjectStorage(
            MinioClient client, LinkSigner signer, String bucket, Bulkhead uploads, Bulkhead downloads, Turns puts) {
        this.client = client;
        this.signer = signer;
        this.bucket = bucket;
        this.uploads = uploads;
        this.downloads = downloads;
        this.puts = puts;
    }

    /** Returns the bucket beside this one for another use, for example {@code chats}, within the same limits. */
    public ObjectStorage beside(String use) {
        return new ObjectStorage(client, signer, bucket + "-" + use, uploads, downloads, puts);
    }

    public String bucket() {
        return bucket;
    }

    /**
     * Writes or overwrites an object for the current request; it exists completely or not at all. Returns its ETag
     * without quotes.
     *
     * @throws ProblemException 429 when the tenant has its share of the uploads under way
     */
    public String put(UUID tenant, String key, InputStream bytes, long size, String contentType) {
        try (Place place = uploads.enter(tenant)) {
            return write(tenant, key, bytes, size, contentType);
        }
    }

    /** Writes like {@link #put}, for work with a separate place. */
    public String write(UUID tenant, String key, InputStream bytes, long size, String contentType) {
        try (Turn turn = turn(tenant, Sender.current())) {
            return ask(() -> {
                makeBucketOnce();
                return client.putObject(
                                PutObjectArgs.builder().bucket(bucket).object(key).stream(bytes, size, PART_BYTES)
                                        .contentType(contentType)
                                        .build())
                        .etag()
                        .replace("\"", "");
            });
        }
    }

    /**
     * Copies an object of the bucket beside this one for {@code use}, within the store. Returns the ETag of the copy
     * without quotes.
     */
    public String copy(String use, String from, String key) {
        return ask(() -> {
            makeBucketOnce();
            return client.copyObject(CopyObjectArgs.builder()
                            .bucket(bucket)
                            .object(key)
                            .source(SourceObject.builder()
                                    .bucket(bucket + "-" + use)
                                    .object(from)
                                    .build())
                            .build())
                    .etag()
                    .replace("\"", "");
        });
    }

    /** Waits for a turn, for a limited time, and not after the sender has gone. */
    private Turn turn(UUID tenant, @Nullable Sender sender) {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        Turn turn = null;
        try {
            turn = puts.take(tenant, () -> System.nanoTime() - deadline > 0 || sender != null && sender.hasGone());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (turn == null) {
            throw ProblemException.tooManyRequests(
                    "Too many files are on their way to the object store.", Duration.ofSeconds(5));
        }
        return turn;
    }

    /**
     * Opens an object for the current request; the caller closes the stream.
     *
     * @throws ProblemException 429 when the tenant has its share of the downloads under way
     */
    public StoredObject open(UUID tenant, String key) {
        return open(tenant, GetObjectArgs.builder().bucket(bucket).object(key).build());
    }

    /**
     * Opens {@code length} bytes of an object from {@code offset} on, like {@link #open(UUID, String)}; {@code length}
     * is positive.
     */
    public StoredObject open(UUID tenant, String key, long offset, long length) {
        return open(
                tenant,
                GetObjectArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .offset(offset)
                        .length(length)
                        .build());
    }

    /** Opens like {@link #open(UUID, String)}, for a thread of work with a separate place. */
    public StoredObject read(String key) {
        return get(GetObjectArgs.builder().bucket(bucket).object(key).build());
    }

    private StoredObject open(UUID tenant, GetObjectArgs what) {
        Place place = downloads.enter(tenant);
        untilTheRequestEnds(place::close);
        return get(what);
    }

    private StoredObject get(GetObjectArgs what) {
        return ask(() -> {
            try {
                GetObjectResponse object = client.getObject(what);
                String length = object.headers().get("Content-Length");
                return new StoredObject(object, length == null ? -1 : Long.parseLong(length));
            } catch (ErrorResponseException refused) {
                if ("NoSuchKey".equals(refused.errorResponse().code())) {
                    throw ProblemException.notFound("file in the store");
                }
                throw refused;
            }
        });
    }

    private static void untilTheRequestEnds(Runnable end) {
        RequestContextHolder.currentRequestAttributes()
                .registerDestructionCallback("download " + UUID.randomUUID(), end, RequestAttributes.SCOPE_REQUEST);
    }

    /**
     * Returns a link that gives the object from the store itself, for saving, for a few minutes.
     *
     * @param mediaType what the store says that it is
     */
    public DownloadLink link(UUID tenant, String key, String filename, String mediaType) {
        // The first request of a bucket asks the store for its region.
        try (Place place = downloads.enter(tenant)) {
            return ask(() -> signer.link(bucket, key, filename, mediaType));
        }
    }

    /**
     * Removes an object for the current request; has no effect if it does not exist.
     *
     * @throws ProblemException 429 when the tenant has its share of the uploads under way, with which removals count
     */
    public void remove(UUID tenant, String key) {
        try (Place place = uploads.enter(tenant)) {
            remove(key);
        }
    }

    /** Removes an object without a place: for work outside of requests, and for taking back a new object. */
    public void remove(String key) {
        ask(() -> {
            client.removeObject(
                    RemoveObjectArgs.builder().bucket(bucket).object(key).build());
            return true;
        });
    }

    /**
     * Removes {@code atMost} objects under a prefix; returns how many. It skips those that the store refuses to remove.
     *
     * @throws ProblemException when all that is left was refused, or {@link #REFUSALS} in a row
     */
    public int removeSome(String prefix, int atMost) {
        return ask(() -> {
            if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
                return 0;
            }
            int removed = 0;
            int refused = 0;
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
        });
    }

    /** Returns the names of the folders directly under a prefix, which ends with a slash. */
    public List<String> folders(String prefix) {
        return ask(() -> {
            List<String> folders = new ArrayList<>();
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
        });
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

    /** Calls the store. */
    private interface Question<T> {
        T ask() throws MinioException;
    }

    /** Translates a failure; the client wraps a broken or timed-out connection in an {@link IllegalStateException}. */
    private static <T> T ask(Question<T> question) {
        try {
            return question.ask();
        } catch (MinioException failure) {
            throw unavailable(failure);
        } catch (IllegalStateException failure) {
            if (failure.getCause() instanceof IOException) {
                throw unavailable(failure);
            }
            throw failure;
        }
    }

    private static ProblemException unavailable(Exception failure) {
        return new ProblemException(
                ProblemReason.STORE_UNAVAILABLE, "The object store did not carry out the request; try again.", failure);
    }
}
