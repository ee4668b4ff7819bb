package io.arketic.ingest.object;

import io.arketic.ingest.flow.OutageBreaker;
import io.arketic.ingest.flow.ParkedObjectException;
import io.arketic.ingest.flow.ParkedObjectException.Reason;
import io.arketic.ingest.flow.Retry;
import io.arketic.schema.ledger.ObjectVersion;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Asks the store about one object, with short retries. It tells a store that does not answer from a store that does not
 * deliver one object. While the store does not answer, every call fails at once. Safe for use by several threads.
 */
final class GuardedStore {

    /**
     * Holds the store's answer about a key.
     *
     * @param refusal why the version may not be read; null if it may
     */
    record Answer(Optional<ObjectVersion> held, @Nullable ParkedObjectException refusal) {}

    private final ObjectStore store;
    private final String bucket;
    private final Retry retry;
    private final CircuitBreaker breaker =
            CircuitBreaker.of("store", OutageBreaker.opensOn(StoreUnavailableException.class::isInstance));

    GuardedStore(ObjectStore store, String bucket, Retry retry) {
        this.store = store;
        this.bucket = bucket;
        this.retry = retry;
    }

    /**
     * Returns the version that the store holds now. The listing describes a version that may not be read.
     *
     * @throws StoreUnavailableException when the store does not answer; this says nothing about the object
     */
    Answer look(String key) throws Exception {
        try {
            return new Answer(ask("stat", () -> store.stat(bucket, key)), null);
        } catch (ParkedObjectException refusal) {
            return listed(key, refusal);
        }
    }

    /**
     * Fetches exactly {@code version} into {@code file}, which is overwritten.
     *
     * @throws ParkedObjectException when the store does not deliver this object now, but answers
     * @throws StoreUnavailableException when the store does not answer
     */
    Download download(ObjectVersion version, Path file) throws Exception {
        return ask("download", () -> store.download(version, file));
    }

    /** Asks the listing, because a version's time is not the event's. */
    private Answer listed(String key, ParkedObjectException refusal) throws Exception {
        Optional<ObjectVersion> held;
        try {
            held = ask("list", () -> store.shown(bucket, key));
        } catch (ParkedObjectException unlisted) {
            requireClear(unlisted);
            requireClear(refusal);
            return new Answer(Optional.empty(), refusal);
        }
        if (held.isPresent()) {
            return new Answer(held, refusal);
        }
        // It is gone: the store refuses what it does not hold, too.
        requireClear(refusal);
        return new Answer(held, null);
    }

    /** Throws if the store has not said clearly what it holds, so that no document may be removed. */
    private static void requireClear(ParkedObjectException refusal) throws StoreUnavailableException {
        if (refusal.reason() == Reason.OBJECT_UNAVAILABLE) {
            throw new StoreUnavailableException(refusal.detail());
        }
    }

    private <T> T ask(String what, Callable<T> question) throws Exception {
        try {
            return OutageBreaker.call(breaker, this::requireOpen, () -> answer(what, question));
        } catch (CallNotPermittedException e) {
            throw new StoreUnavailableException("the store has not answered lately");
        }
    }

    /** Asks for the bucket, which costs the store next to nothing, unlike a download. */
    private boolean requireOpen() throws StoreUnavailableException {
        if (!store.isOpen(bucket)) {
            throw new StoreUnavailableException("the store does not open the bucket " + bucket);
        }
        return true;
    }

    private <T> T answer(String what, Callable<T> question) throws Exception {
        try {
            return retry.call(what, question);
        } catch (StoreUnavailableException e) {
            if (store.isOpen(bucket)) {
                throw new ParkedObjectException(Reason.OBJECT_UNAVAILABLE, String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }
}
