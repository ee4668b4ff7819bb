package io.arketic.rag.work;

import java.time.Duration;

/**
 * Repeats one kind of work in the background. Of all processes, one does it at a time. If that process dies, another
 * one begins again after some seconds, so a run must tolerate what an earlier one has done. A process that was cut off
 * from the database for long may still run beside its successor.
 */
public interface BackgroundTask {

    /** Returns its lasting name: the key of its row, of its metrics, and in {@code /operations/work}. */
    String name();

    /** Returns the time between the end of a run and the next one. */
    Duration pause();

    /**
     * Does all that is due, and returns early when its thread is interrupted.
     *
     * @throws Exception when work is left; it runs again after a pause that doubles with each failure, up to about five
     *     usual pauses and at most ten minutes
     */
    void run() throws Exception;
}
