package io.arketic.ingest;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work again after a pause as long as a service that it needs does not answer. Work that waits holds no thread.
 * Safe for use by several threads.
 */
final class OutagePatience implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutagePatience.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final Duration firstPause;
    private final Map<Outage, AtomicInteger> waiting = new EnumMap<>(Outage.class);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "arketic-outages");
        thread.setDaemon(true);
        return thread;
    });

    OutagePatience(Duration firstPause) {
        this.firstPause = firstPause;
        for (Outage outage : Outage.values()) {
            waiting.put(outage, new AtomicInteger());
        }
    }

    /**
     * Runs work until it succeeds or fails for another reason than an {@link Outage}. The result never comes if this is
     * closed meanwhile.
     */
    <T> CompletableFuture<T> run(Supplier<CompletableFuture<T>> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        attempt(work, done, firstPause);
        return done;
    }

    /** Returns how many pieces of work wait for a service. */
    int waiting(Outage outage) {
        return count(outage).get();
    }

    private <T> void attempt(Supplier<CompletableFuture<T>> work, CompletableFuture<T> done, Duration pause) {
        try {
            work.get().whenComplete((result, failure) -> {
                if (failure == null) {
                    done.complete(result);
                } else {
                    Outage.of(failure)
                            .ifPresentOrElse(
                                    outage -> again(work, done, pause, outage, failure),
                                    () -> done.completeExceptionally(failure));
                }
            });
        } catch (Throwable e) {
            done.completeExceptionally(e); // never a result that does not come
        }
    }

    private <T> void again(
            Supplier<CompletableFuture<T>> work,
            CompletableFuture<T> done,
            Duration pause,
            Outage outage,
            Throwable failure) {
        if (count(outage).getAndIncrement() == 0) {
            LOG.warn("work waits for {}: {}", outage, failure.toString());
        }
        Duration doubled = pause.multipliedBy(2);
        Duration next = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        long millis = pause.toMillis() + ThreadLocalRandom.current().nextLong(1 + pause.toMillis() / 4);
        try {
            clock.schedule(
                    () -> {
                        count(outage).decrementAndGet();
                        attempt(work, done, next);
                    },
                    millis,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(failure); // closing
        }
    }

    private AtomicInteger count(Outage outage) {
        AtomicInteger count = waiting.get(outage);
        if (count == null) {
            throw new IllegalStateException("no count of " + outage);
        }
        return count;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
