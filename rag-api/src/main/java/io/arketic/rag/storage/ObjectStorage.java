package io.arketic.rag.storage;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.deployment.Sender;
import io.arketic.rag.deployment.StoreProperties;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.Turns;
import io.arketic.schema.tenancy.Turns.Turn;
import io.arketic.store.Listing;
import io.arketic.store.S3Store;
import io.arketic.store.StoreException;
import io.arketic.store.StoredContent;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Accesses the knowledge bucket, and others of the same store. A store that does not answer is a problem of the
 * request, never of the process.
 */
@Component
public class ObjectStorage {

    /** Holds an open object; {@code size} is -1 if the store does not report it. */
    public record StoredObject(InputStream bytes, long size) {}

    /** Limits the memory for the parts of large uploads. */
    private static final int PUTS = 8;

    /** Limits successive failed removals: the store does not work, or supports no removals. */
    private static final int REFUSALS = 100;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final Bulkhead uploads;
    private final Downloads downloads;
    private final Turns puts;
    private final S3Store store;
    private final LinkSigner signer;
    private final String bucket;
    private final AtomicBoolean bucketSeen = new AtomicBoolean();

    @Autowired
    ObjectStorage(S3Store store, LinkSigner signer, StoreProperties settings, Bulkheads bulkheads) {
        this(
                store,
                signer,
                settings.bucket(),
                bulkheads.of(Kind.UPLOADS),
                new Downloads(bulkheads.of(Kind.DOWNLOADS)),
                bulkheads.turns("uploads", PUTS));
    }

    private ObjectStorage(
            S3Store store, LinkSigner signer, String bucket, Bulkhead uploads, Downloads downloads, Turns puts) {
        this.store = store;
        this.signer = signer;
        this.bucket = bucket;
        this.uploads = uploads;
        this.downloads = downloads;
        this.puts = puts;
    }

    /** Returns the bucket beside this one for another use, for example {@code chats}, within the same limits. */
    public ObjectStorage beside(String use) {
        return new ObjectStorage(store, signer, bucket + "-" + use, uploads, downloads, puts);
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
                return store.put(bucket, key, bytes, size, contentType);
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
            return store.copy(bucket + "-" + use, from, bucket, key);
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
        return open(tenant, () -> store.get(bucket, key));
    }

    /**
     * Opens {@code length} bytes of an object from {@code offset} on, like {@link #open(UUID, String)}; {@code length}
     * is positive.
     */
    public StoredObject open(UUID tenant, String key, long offset, long length) {
        return open(tenant, () -> store.get(bucket, key, offset, length));
    }

    /** Opens like {@link #open(UUID, String)}, for a thread of work with a separate place. */
    public StoredObject read(String key) {
        return get(() -> store.get(bucket, key));
    }

    private StoredObject open(UUID tenant, Question<StoredContent> what) {
        downloads.enter(tenant);
        return get(what);
    }

    private StoredObject get(Question<StoredContent> what) {
        return ask(() -> {
            try {
                StoredContent object = what.ask();
                return new StoredObject(object.bytes(), object.size());
            } catch (StoreException refused) {
                if (refused.reason() == StoreException.Reason.ABSENT) {
                    throw ProblemException.notFound("file in the store");
                }
                throw refused;
            }
        });
    }

    /**
     * Returns a link that gives the object from the store itself, for saving, for a few minutes.
     *
     * @param mediaType what the store says that it is
     */
    public DownloadLink link(UUID tenant, String key, String filename, String mediaType) {
        // The first request of a bucket asks the store for its region.
        try (Place place = downloads.enterShortly(tenant)) {
            return ask(() -> signer.link(bucket, key, filename, mediaType));
        }
    }

    /** Returns a link to which a client sends an object of this key, to the store itself, for a few minutes. */
    public UploadLink uploadLink(UUID tenant, String key) {
        try (Place place = uploads.enter(tenant)) {
            return ask(() -> {
                makeBucketOnce();
                return signer.uploadLink(bucket, key);
            });
        }
    }

    /**
     * Returns the sizes in bytes of the objects under a prefix, by their keys.
     *
     * @throws ProblemException 429 when the tenant has its share of the downloads under way
     */
    public Map<String, Long> sizes(UUID tenant, String prefix) {
        try (Place place = downloads.enterShortly(tenant)) {
            return ask(() -> {
                makeBucketOnce();
                Map<String, Long> sizes = new HashMap<>();
                Listing found = store.list(bucket, prefix);
                for (var object = found.next(); object.isPresent(); object = found.next()) {
                    sizes.put(object.get().key(), object.get().size());
                }
                return sizes;
            });
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
            store.remove(bucket, key);
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
            if (!store.hasBucket(bucket)) {
                return 0;
            }
            int removed = 0;
            int refused = 0;
            @Nullable RuntimeException last = null;
            Listing found = store.list(bucket, prefix);
            for (var object = found.next(); object.isPresent(); object = found.next()) {
                try {
                    remove(object.get().key());
                    removed++;
                    refused = 0;
                } catch (ProblemException refusal) {
                    // By the store, or by its client, which sends no key like a/../b.
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

    private void makeBucketOnce() throws StoreException {
        if (!bucketSeen.get()) {
            store.makeBucket(bucket);
            bucketSeen.set(true);
        }
    }

    /** Calls the store. */
    private interface Question<T> {
        T ask() throws StoreException;
    }

    private static <T> T ask(Question<T> question) {
        try {
            return question.ask();
        } catch (StoreException failure) {
            throw switch (failure.reason()) {
                case ARCHIVED, DENIED, KEY_REFUSED ->
                    new ProblemException(
                            ProblemReason.INTERNAL,
                            "The object store refuses this, and will again; an operator finds the reason in the log.",
                            failure);
                default -> unavailable(failure);
            };
        }
    }

    private static ProblemException unavailable(Exception failure) {
        return new ProblemException(
                ProblemReason.STORE_UNAVAILABLE, "The object store did not carry out the request; try again.", failure);
    }
}
