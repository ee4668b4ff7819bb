package io.arketic.ingest.lease;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for work while it has places, and does it in threads of its own, so that work delays no checkpoint. Every failure
 * of a thread fails the task.
 */
public abstract class LeaseReader<T, W extends Serializable> implements SourceReader<T, Lease<W>> {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseReader.class);

    /** Limits the waiting pieces of work in whose stead others are asked for: an outage shall not draw in the whole queue. */
    private static final int MOST_WAITING = 200;

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(120);
    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final SourceReaderContext context;
    private final LongSupplier nanoTime;
    private final LeaseThreads threads;
    private final Object lock = new Object();
    private final Queue<T> elements = new ArrayDeque<>();
    private final List<LeaseEnded> ended = new ArrayList<>();
    private CompletableFuture<Void> available = new CompletableFuture<>();
    /** Holds when the present part of each lease's work got its thread. */
    private final Map<Long, Long> active = new HashMap<>();

    private int asked;
    private int running;
    private boolean changed;
    private int permanent;
    private boolean noMore;
    private @Nullable Throwable failure;

    protected LeaseReader(SourceReaderContext context, String threadName) {
        this(context, threadName, System::nanoTime);
    }

    /** @param nanoTime as {@link System#nanoTime} */
    LeaseReader(SourceReaderContext context, String threadName, LongSupplier nanoTime) {
        this.context = context;
        this.nanoTime = nanoTime;
        this.threads = new LeaseThreads(threadName, this::places, this::freed);
    }

    /** Opens what the work uses, before the first work. */
    protected abstract void open() throws Exception;

    /** Returns the pieces of work that the reader may have at once; asked often. */
    protected abstract int places();

    /**
     * Begins one piece of work and returns its end. The work is repeated elsewhere if this process ends or stands still.
     * Every failure fails the task. While it has no thread, another piece of work may have its place.
     *
     * @param thread runs parts of the work, one after the other
     */
    protected abstract CompletableFuture<?> work(W work, WorkThread thread);

    /** Ends waits that no thread holds, before the threads are interrupted. */
    protected void stop() {}

    /** Closes what {@link #open} opened, when no work is under way. */
    protected abstract void release();

    @Override
    public final void start() {
        try {
            open();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        ask();
    }

    /** Emits an element; for threads that do work. */
    protected final void emit(T element) {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            elements.add(element);
            waiting = available;
        }
        waiting.complete(null);
    }

    @Override
    public final void addSplits(List<Lease<W>> leases) {
        for (Lease<W> lease : leases) {
            synchronized (lock) {
                if (lease.permanent()) {
                    permanent++;
                } else {
                    asked--;
                    running++;
                }
            }
            WorkThread thread = new WorkThread(lease);
            begin(lease, thread).whenComplete((done, failed) -> ended(lease, thread.usedNanos.sum(), failed));
        }
    }

    private CompletableFuture<?> begin(Lease<W> lease, WorkThread thread) {
        try {
            return work(lease.work(), thread);
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Gives threads of the reader to one piece of work. */
    protected final class WorkThread {

        private final Lease<W> lease;
        private final LongAdder usedNanos = new LongAdder();

        private WorkThread(Lease<W> lease) {
            this.lease = lease;
        }

        /** Runs a part of the work in a thread, at once or when one of the reader's places is free. */
        public <R> CompletableFuture<R> run(Callable<R> work) {
            CompletableFuture<R> done = new CompletableFuture<>();
            start(() -> finish(work, done), done);
            return done;
        }

        private void start(Runnable part, CompletableFuture<?> done) {
            try {
                if (lease.permanent()) {
                    threads.runBeside(part);
                } else {
                    threads.runPlaced(lease.tenant(), part);
                }
            } catch (RejectedExecutionException e) {
                done.completeExceptionally(e); // closing
            }
        }

        private <R> void finish(Callable<R> work, CompletableFuture<R> done) {
            long begun = nanoTime.getAsLong();
            if (!lease.permanent()) {
                synchronized (lock) {
                    active.put(lease.number(), begun);
                }
            }
            Runnable end;
            try {
                R result = work.call();
                end = () -> done.complete(result);
            } catch (Throwable e) {
                // Also an Error, and an interruption: without a failure the job would show RUNNING and wait for ever.
                end = () -> done.completeExceptionally(e);
            }
            usedNanos.add(nanoTime.getAsLong() - begun);
            synchronized (lock) {
                active.remove(lease.number());
            }
            end.run();
        }
    }

    /** Lets the reader ask for other work, whether or not that of the thread has ended with it. */
    private void freed() {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            changed = true;
            waiting = available;
        }
        waiting.complete(null);
    }

    private void ended(Lease<W> lease, long tookNanos, @Nullable Throwable thrown) {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            if (lease.permanent()) {
                permanent--;
            } else {
                running--;
            }
            if (thrown == null) {
                ended.add(new LeaseEnded(lease.number(), tookNanos));
            } else if (failure == null) {
                failure =
                        thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
            }
            waiting = available;
        }
        waiting.complete(null);
    }

    @Override
    public final InputStatus pollNext(ReaderOutput<T> output) throws Exception {
        T element;
        List<LeaseEnded> returned;
        boolean asks;
        boolean more;
        synchronized (lock) {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof Exception exception) {
                throw exception;
            }
            returned = List.copyOf(ended);
            ended.clear();
            asks = changed || !returned.isEmpty();
            changed = false;
            element = elements.poll();
            more = !elements.isEmpty();
            if (element == null && returned.isEmpty() && noMore && running == 0 && permanent == 0) {
                return InputStatus.END_OF_INPUT;
            }
        }
        returned.forEach(context::sendSourceEventToCoordinator);
        if (asks) {
            ask();
        }
        if (element != null) {
            output.collect(element);
        }
        return more ? InputStatus.MORE_AVAILABLE : InputStatus.NOTHING_AVAILABLE;
    }

    /** Returns the number of pieces of work that have a thread. */
    protected final int working() {
        return threads.busy();
    }

    /** Returns for how long the oldest of these has had its thread; one that hangs lets this grow. */
    protected final Duration longest() {
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            return Duration.ofNanos(active.values().stream()
                    .mapToLong(begun -> now - begun)
                    .max()
                    .orElse(0));
        }
    }

    private void ask() {
        int missing;
        synchronized (lock) {
            // What has no thread waits: for a service that does not answer, or, after that, for a thread.
            int waiting = Math.max(0, Math.min(MOST_WAITING, running - threads.busy()));
            missing = noMore ? 0 : Math.max(0, places() - asked - (running - waiting));
            asked += missing;
        }
        if (missing > 0) {
            context.sendSourceEventToCoordinator(new LeasesAsked(missing));
        }
    }

    @Override
    public final CompletableFuture<Void> isAvailable() {
        synchronized (lock) {
            boolean ready = failure != null
                    || !elements.isEmpty()
                    || !ended.isEmpty()
                    || changed
                    || (noMore && running == 0 && permanent == 0);
            if (ready) {
                return CompletableFuture.completedFuture(null);
            }
            if (available.isDone()) {
                available = new CompletableFuture<>();
            }
            return available;
        }
    }

    @Override
    public final List<Lease<W>> snapshotState(long checkpoint) {
        return List.of();
    }

    @Override
    public final void notifyNoMoreSplits() {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            noMore = true;
            waiting = available;
        }
        waiting.complete(null);
    }

    @Override
    public final void close() throws InterruptedException {
        stop();
        if (threads.stop(CLOSE_WITHIN)) {
            release();
        } else {
            // Closing a model under a running computation would crash the process.
            LOG.error("work goes on after {}; what it uses stays open until it ends", CLOSE_WITHIN);
            Thread last = new Thread(this::releaseLater, "work that does not end");
            last.setDaemon(true);
            last.start();
        }
    }

    private void releaseLater() {
        try {
            if (threads.stop(FOREVER)) {
                release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
