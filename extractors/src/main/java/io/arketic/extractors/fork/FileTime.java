package io.arketic.extractors.fork;

import java.time.Duration;

/**
 * Measures the wall-clock time left for one file. The time for recognising its pages is added, and the time for which its
 * process got no processor.
 */
final class FileTime {

    /** Adds time for drawing a page, which its parser does besides. */
    private static final Duration DRAWING = Duration.ofSeconds(5);

    /** Limits the added time of waiting for a processor, in times of the file's own. */
    static final int MOST_WAITING = 3;

    private final long begun = System.nanoTime();
    private final long mostWaiting;
    private long waited;
    private long deadline;

    FileTime(Duration allowed) {
        this.deadline = begun + allowed.toNanos();
        this.mostWaiting = allowed.toNanos() * MOST_WAITING;
    }

    /** Represents one page in recognition. */
    interface Page {
        void end();
    }

    /** Adds a page: its limit while it is recognised, and its true time from its end on. */
    synchronized Page page(Duration limit) {
        long begun = System.nanoTime();
        deadline += limit.toNanos();
        return () -> grow(System.nanoTime() - begun + DRAWING.toNanos() - limit.toNanos());
    }

    /**
     * Adds the time for which the process got no processor. Returns whether time is left.
     *
     * @param nanos since the begin of the file; only what was not yet added counts
     */
    synchronized boolean addWaiting(long nanos) {
        long all = Math.min(nanos, mostWaiting);
        deadline += Math.max(0, all - waited);
        waited = Math.max(waited, all);
        return leftNanos() > 0;
    }

    private synchronized void grow(long nanos) {
        deadline += nanos;
    }

    synchronized long leftNanos() {
        return deadline - System.nanoTime();
    }

    /** Returns the total time of the file, in whole seconds. */
    synchronized Duration given() {
        return Duration.ofSeconds(Math.round((deadline - begun) / 1e9));
    }
}
