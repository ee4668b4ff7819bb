package io.arketic.ingest.lease;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs parts of work in at most as many threads as a reader has places. What else comes, when work goes on that waited, is
 * run later: tenants take turns, and one of them never has all threads. Safe for use by several threads.
 */
final class LeaseThreads {

    private final ExecutorService threads;
    private final IntSupplier places;
    private final Runnable freed;
    private final Object lock = new Object();
    /** Holds the parts without a thread of each tenant; the tenant whose turn is next comes first. */
    private final Map<String, Deque<Runnable>> ready = new LinkedHashMap<>();

    private final Map<String, Integer> busy = new HashMap<>();
    private int all;

    /** @param freed called, by any thread, when a place is free again */
    LeaseThreads(String name, IntSupplier places, Runnable freed) {
        this.places = places;
        this.freed = freed;
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs a part that needs a place. It never fails. */
    void runPlaced(String tenant, Runnable part) throws RejectedExecutionException {
        synchronized (lock) {
            if (!mayRun(tenant)) {
                ready.computeIfAbsent(tenant, name -> new ArrayDeque<>()).add(part);
                return;
            }
            begin(tenant);
        }
        runBeside(() -> runAndNext(tenant, part));
    }

    /** Runs a part that needs no place. */
    void runBeside(Runnable part) throws RejectedExecutionException {
        threads.execute(part);
    }

    private record Part(String tenant, Runnable work) {}

    private void runAndNext(String tenant, Runnable first) {
        for (Part part = new Part(tenant, first); part != null; part = next(part.tenant())) {
            part.work().run();
        }
        freed.run();
    }

    private @Nullable Part next(String ended) {
        synchronized (lock) {
            all--;
            busy.computeIfPresent(ended, (name, count) -> count == 1 ? null : count - 1);
            if (threads.isShutdown()) {
                return null;
            }
            for (Map.Entry<String, Deque<Runnable>> waiting : ready.entrySet()) {
                String tenant = waiting.getKey();
                if (mayRun(tenant)) {
                    Deque<Runnable> parts = waiting.getValue();
                    Runnable part = parts.remove();
                    ready.remove(tenant);
                    if (!parts.isEmpty()) {
                        ready.put(tenant, parts); // behind the others
                    }
                    begin(tenant);
                    return new Part(tenant, part);
                }
            }
            return null;
        }
    }

    private boolean mayRun(String tenant) {
        int most = Math.max(1, places.getAsInt());
        return all < most && busy.getOrDefault(tenant, 0) < Math.max(1, most - 1);
    }

    private void begin(String tenant) {
        all++;
        busy.merge(tenant, 1, Integer::sum);
    }

    /** Returns the number of threads that have a place. */
    int busy() {
        synchronized (lock) {
            return all;
        }
    }

    /** Interrupts all threads; returns whether they ended in time. */
    boolean stop(Duration within) throws InterruptedException {
        threads.shutdownNow();
        return threads.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS);
    }
}
