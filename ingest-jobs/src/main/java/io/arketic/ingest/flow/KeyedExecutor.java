package io.arketic.ingest.flow;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs work of one key sequentially in the given order, and work of different keys in parallel. Waiting work holds no
 * thread. Work after a failure also runs.
 */
public final class KeyedExecutor {

    private final ConcurrentMap<String, CompletableFuture<?>> last = new ConcurrentHashMap<>();

    /** @param workers do the work when its turn has come */
    public <T> CompletableFuture<T> run(String key, Executor workers, Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        CompletableFuture<?> before = last.put(key, done);
        done.whenComplete((result, failure) -> last.remove(key, done));
        if (before == null) {
            start(workers, work, done);
        } else {
            before.whenComplete((result, failure) -> start(workers, work, done));
        }
        return done;
    }

    private static <T> void start(Executor workers, Callable<T> work, CompletableFuture<T> done) {
        try {
            workers.execute(() -> {
                try {
                    done.complete(work.call());
                } catch (Throwable e) {
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(e); // closing
        }
    }
}
