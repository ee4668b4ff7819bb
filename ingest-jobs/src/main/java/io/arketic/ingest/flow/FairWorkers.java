package io.arketic.ingest.flow;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Runs threads for all tenants in the order of {@link FairQueue}. One tenant never has them all: one thread is left for
 * another tenant's new files. Safe for use by several threads.
 */
public final class FairWorkers {

    private final FairQueue<Runnable> queue;
    private final ExecutorService threads;
    private final int count;
    /** Holds when each active piece of work began. */
    private final Map<FairQueue.Turn<Runnable>, Long> active = new IdentityHashMap<>();

    private int busy;
    private boolean closed;

    /** @param most pieces of one tenant's work at once; of all tenants' together, one more */
    public FairWorkers(int most, String threadName) {
        queue = new FairQueue<>(most);
        count = most + 1;
        threads = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, threadName);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Returns an executor for one piece of work: see {@link FairQueue#add}. It refuses work when closed. */
    public Executor of(String tenant, long bytes, Duration age) {
        return work -> {
            synchronized (this) {
                if (closed) {
                    throw new RejectedExecutionException("closed");
                }
                queue.add(tenant, bytes, age, System.nanoTime(), work);
            }
            dispatch();
        };
    }

    public synchronized int waiting() {
        return queue.waiting();
    }

    public synchronized int working() {
        return active.size();
    }

    /** Returns how long the oldest active work has run; a thread that hangs lets this grow. */
    public synchronized Duration longest() {
        long now = System.nanoTime();
        return Duration.ofNanos(
                active.values().stream().mapToLong(began -> now - began).max().orElse(0));
    }

    private synchronized void dispatch() {
        while (!closed && busy < count) {
            FairQueue.Turn<Runnable> turn = queue.next().orElse(null);
            if (turn == null) {
                return;
            }
            busy++;
            threads.execute(() -> run(turn));
        }
    }

    private void run(FairQueue.Turn<Runnable> turn) {
        long began = System.nanoTime();
        synchronized (this) {
            active.put(turn, began);
        }
        try {
            turn.work().run();
        } finally {
            synchronized (this) {
                busy--;
                active.remove(turn);
                queue.done(turn, System.nanoTime() - began);
            }
            dispatch();
        }
    }

    /** Interrupts active work and drops waiting work; returns whether all has ended within {@code patience}. */
    public boolean close(Duration patience) throws InterruptedException {
        synchronized (this) {
            closed = true;
        }
        threads.shutdownNow();
        return threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
