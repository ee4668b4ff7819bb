package io.arketic.ingest.lease;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs parts of work in at most as many threads as a reader has places; what else comes, when work goes on that waited,
 * is run in its order. Safe for use by several threads.
 */
final class LeaseThreads {

    private final ExecutorService threads;
    private final IntSupplier places;
    private final Queue<Runnable> ready = new ArrayDeque<>();
    private int busy;

    LeaseThreads(String name, IntSupplier places) {
        this.places = places;
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs a part that needs a place. It never fails. */
    void runPlaced(Runnable part) throws RejectedExecutionException {
        synchronized (ready) {
            if (busy >= most()) {
                ready.add(part);
                return;
            }
            busy++;
        }
        runBeside(() -> runAndNext(part));
    }

    /** Runs a part that needs no place. */
    void runBeside(Runnable part) throws RejectedExecutionException {
        threads.execute(part);
    }

    private void runAndNext(Runnable first) {
        for (Runnable part = first; part != null; part = next()) {
            part.run();
        }
    }

    private @Nullable Runnable next() {
        synchronized (ready) {
            Runnable part = busy > most() || threads.isShutdown() ? null : ready.poll();
            if (part == null) {
                busy--;
            }
            return part;
        }
    }

    private int most() {
        return Math.max(1, places.getAsInt());
    }

    /** Returns the number of threads that have a place. */
    int busy() {
        synchronized (ready) {
            return busy;
        }
    }

    /** Interrupts all threads; returns whether they ended in time. */
    boolean stop(Duration within) throws InterruptedException {
        threads.shutdownNow();
        return threads.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS);
    }
}
