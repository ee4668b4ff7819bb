package io.arketic.rag.connection;

import java.time.Duration;

/**
 * Defines the minimum speed of a peer: a time at the start, and one more second for each amount of bytes that it has
 * moved.
 */
final class Pace {

    private final long started = System.nanoTime();
    private final Duration patience;
    private final long bytesPerSecond;
    private volatile long moved;

    Pace(Duration patience, long bytesPerSecond) {
        this.patience = patience;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Records moved bytes; one thread at a time calls it. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void moved(long bytes) {
        moved += bytes;
    }

    /** @param now as {@link System#nanoTime} */
    boolean isTooSlow(long now) {
        Duration earned = Duration.ofMillis((long) (1000.0 * moved / bytesPerSecond));
        return now - started > patience.plus(earned).toNanos();
    }

    boolean hasRunFor(Duration time) {
        return System.nanoTime() - started >= time.toNanos();
    }

    double bytesPerSecond() {
        return moved * 1e9 / Math.max(1, System.nanoTime() - started);
    }
}
