package io.arketic.rag.limit;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs whether limits are shared, when that changes and at most once a minute in each direction. A change that came too early is
 * logged later, if it lasts. Safe for use by several threads.
 */
final class SharedBucketsLog {

    static final Duration EACH = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(SharedBuckets.class);

    private final LongSupplier nanoTime;
    private volatile @Nullable Boolean logged;
    private @Nullable Long sharedAt;
    private @Nullable Long localAt;

    /** @param nanoTime as {@link System#nanoTime} */
    SharedBucketsLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Returns whether it was logged that Redis answers. */
    boolean shared() {
        if (Boolean.TRUE.equals(logged)) {
            return false;
        }
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (Boolean.TRUE.equals(logged) || isEarly(sharedAt, now)) {
                return false;
            }
            sharedAt = now;
            logged = true;
        }
        log.info("Redis answers: the limits of requests hold over all API processes");
        return true;
    }

    /** Returns whether it was logged that Redis does not answer. */
    boolean local(String why) {
        if (Boolean.FALSE.equals(logged)) {
            return false;
        }
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (Boolean.FALSE.equals(logged) || isEarly(localAt, now)) {
                return false;
            }
            localAt = now;
            logged = false;
        }
        log.warn("The limits of requests hold for each API process by itself, because of Redis: {}", why);
        return true;
    }

    private static boolean isEarly(@Nullable Long last, long now) {
        return last != null && now - last < EACH.toNanos();
    }
}
