package io.arketic.rag.connection;

import java.time.Duration;

/**
 * Defines the minimum speed of a peer: a time at the start, and one more second for each amount of bytes that it moves. A peer
 * that was fast may pause only for so long: else a burst would pay for hours of nothing.
 */
final class Pace {

    private final long started = System.nanoTime();
    private final long bytesPerSecond;
    private final long longestPause;
    private volatile long moved;
    private volatile long due;

    /**
     * @param patience the time at the start
     * @param longestPause between two bytes; not shorter than the patience
     */
    Pace(Duration patience, long bytesPerSecond, Duration longestPause) {
        this.bytesPerSecond = bytesPerSecond;
        this.longestPause = longestPause.toNanos();
        this.due = started + patience.toNanos();
    }

    /** Records moved bytes; one thread at a time calls it. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void moved(long bytes) {
        moved += bytes;
        long earned = (long) (1e9 * bytes / bytesPerSecond);
        long latest = System.nanoTime() + longestPause;
        due = latest - due < earned ? latest : due + earned;
    }

    /** @param now as {@link System#nanoTime} */
    boolean isTooSlow(long now) {
        return now - due > 0;
    }

    boolean hasRunFor(Duration time) {
        return System.nanoTime() - started >= time.toNanos();
    }

    double bytesPerSecond() {
        return moved * 1e9 / Math.max(1, System.nanoTime() - started);
    }
}
