package io.arketic.ingest.notification;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Measures for how long a repeated call has failed. Written by one thread, read by any. */
final class FailingTime {

    /** Holds when the first call failed since the last good one; null after a good one. */
    private volatile @Nullable Long since;

    void fails() {
        if (since == null) {
            since = System.nanoTime();
        }
    }

    void succeeds() {
        since = null;
    }

    /** Returns 0 after a good call, otherwise at least 1. */
    long seconds() {
        @Nullable Long start = since;
        return start == null ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
    }
}
