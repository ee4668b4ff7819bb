package io.arketic.extractors.fork;

import java.time.Duration;

/** The wall-clock time that is left for one file. What the recognition of its pages takes is added to it. */
final class FileTime {

    /** For drawing a page, which its parser does besides. */
    private static final Duration DRAWING = Duration.ofSeconds(5);

    private final long begun = System.nanoTime();
    private long deadline;

    FileTime(Duration allowed) {
        this.deadline = begun + allowed.toNanos();
    }

    /** One page that is being recognised. */
    interface Page {
        void end();
    }

    /** Adds a page: its limit while it is recognised, and what it took from its end on. */
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

    /** What the file was given in all, in whole seconds. */
    synchronized Duration given() {
        return Duration.ofSeconds(Math.round((deadline - begun) / 1e9));
    }
}
