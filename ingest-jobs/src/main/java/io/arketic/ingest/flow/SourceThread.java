package io.arketic.ingest.flow;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;

/**
 * Reads in its own thread, so that neither long work nor a full pipeline delays a checkpoint. At most {@link #QUEUED}
 * elements wait, and the thread waits with them.
 */
public abstract class SourceThread<T> implements SourceReader<T, NoSplit> {

    public static final int QUEUED = 1_000;
    private static final Duration CLOSE_WITHIN = Duration.ofMinutes(1);

    private final Thread thread;
    private final Object lock = new Object();
    private final Queue<T> elements = new ArrayDeque<>();
    private CompletableFuture<Void> available = new CompletableFuture<>();
    private boolean complete;
    private @Nullable Throwable failure;

    public SourceThread(String name) {
        thread = new Thread(this::produce, name);
        thread.setDaemon(true);
    }

    /**
     * Emits until the source ends or the thread is interrupted.
     *
     * @throws Exception to fail the job, as does every Error
     */
    public abstract void read() throws Exception;

    @Override
    public final void start() {
        thread.start();
    }

    /** Emits an element; waits while the next steps are busy. */
    protected final void emit(T element) throws InterruptedException {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            while (elements.size() >= QUEUED) {
                lock.wait();
            }
            elements.add(element);
            waiting = available;
        }
        waiting.complete(null);
    }

    /** Returns 1 while the thread reads, else 0. */
    protected final int alive() {
        return thread.isAlive() ? 1 : 0;
    }

    @Override
    public final InputStatus pollNext(ReaderOutput<T> output) throws Exception {
        T element;
        boolean more;
        synchronized (lock) {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof Exception exception) {
                throw exception;
            }
            element = elements.poll();
            if (element == null) {
                if (complete) {
                    return InputStatus.END_OF_INPUT;
                }
                if (available.isDone()) {
                    available = new CompletableFuture<>();
                }
                return InputStatus.NOTHING_AVAILABLE;
            }
            more = complete || !elements.isEmpty();
            lock.notifyAll();
        }
        output.collect(element);
        return more ? InputStatus.MORE_AVAILABLE : InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public final CompletableFuture<Void> isAvailable() {
        synchronized (lock) {
            if (complete || failure != null || !elements.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            if (available.isDone()) {
                available = new CompletableFuture<>();
            }
            return available;
        }
    }

    @Override
    public final List<NoSplit> snapshotState(long checkpoint) {
        return List.of();
    }

    @Override
    public final void addSplits(List<NoSplit> splits) {}

    @Override
    public final void notifyNoMoreSplits() {}

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join(CLOSE_WITHIN.toMillis());
    }

    private void produce() {
        try {
            read();
            end(null);
        } catch (Throwable e) {
            // Also an Error, and an interruption: without an end the job would show RUNNING and read nothing.
            end(e);
        }
    }

    private void end(@Nullable Throwable reason) {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            complete = true;
            failure = reason;
            waiting = available;
        }
        waiting.complete(null);
    }
}
