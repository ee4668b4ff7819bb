package io.arketic.rag.deployment;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats work as long as its schedule lives. */
public final class Steady {

    private static final Logger log = LoggerFactory.getLogger(Steady.class);

    private Steady() {}

    /**
     * Runs {@code work} after each {@code pause}, the first time after one. An exception or Error is logged and ends
     * that turn; the executor alone would silently end the schedule.
     */
    public static void every(Duration pause, ScheduledExecutorService schedule, String name, Runnable work) {
        until(pause, schedule, name, work);
    }

    /** Runs {@code work} like {@link #every}, until the result is cancelled. */
    public static ScheduledFuture<?> until(
            Duration pause, ScheduledExecutorService schedule, String name, Runnable work) {
        return schedule.scheduleWithFixedDelay(
                () -> turn(name, work), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs one turn of work that schedules itself again. */
    public static void turn(String name, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error failure) {
            log.error("{} failed and goes on", name, failure);
        }
    }
}
