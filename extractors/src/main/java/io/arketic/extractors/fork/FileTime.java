package io.arketic.extractors.fork;

import java.time.Duration;

/** Measures the wall-clock time left for one file. The time for recognising its pages is added. */
final class FileTime {

    /** Adds time for drawing a page, which its parser does besides. */
    private static final Duration DRAWING = Duration.ofSeconds(5);

    private final long begun = System.nanoTime();
    private long deadline;

    FileTime(Duration allowed) {
        this.deadline = begun + allowed.toNanos();
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
