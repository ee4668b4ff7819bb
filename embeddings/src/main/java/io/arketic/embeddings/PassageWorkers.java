package io.arketic.embeddings;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs a fixed number of threads for the texts of all calls, one text of each waiting call in turn: a short call does
 * not wait for a long one.
 *
 * <p>The threads have the lowest priority. Where the virtual machine passes priorities on to the system, a question
 * takes its processor from a passage at once.
 *
 * <p>Idle threads end after some seconds, so that an unused class loader can be collected.
 */
final class PassageWorkers implements AutoCloseable {

    /** Embeds the text at an index of the call. */
    interface Step {
        void run(int index) throws EmbeddingException;
    }

    private final int slots;
    private final ThreadPoolExecutor threads;

    PassageWorkers(int slots) {
        this.slots = slots;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(slots, slots, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), strand -> {
            Thread thread = new Thread(strand, "arketic-embedding-" + number.incrementAndGet());
            thread.setContextClassLoader(PassageWorkers.class.getClassLoader());
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    int slots() {
        return slots;
    }

    /**
     * Runs {@code step} for each index below {@code count}, smaller ones first, and returns when all have run. After
     * the first failure, or when the calling thread is interrupted, no further step starts.
     *
     * @throws IllegalStateException when closed before all have run
     */
    void forEach(int count, Step step) throws EmbeddingException, InterruptedException {
        Call call = new Call(count, step);
        for (int strand = 0; strand < call.strands; strand++) {
            call.proceed();
        }
        call.await();
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    /** Runs one call in a number of strands, each of which embeds one text and then joins the queue again. */
    private final class Call implements Runnable {

        private final int count;
        private final Step step;
        private final int strands;
        private final CountDownLatch running;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private volatile boolean abandoned;

        Call(int count, Step step) {
            this.count = count;
            this.step = step;
            strands = Math.min(slots, count);
            running = new CountDownLatch(strands);
        }

        void proceed() {
            try {
                threads.execute(this);
            } catch (RejectedExecutionException e) {
                end(new IllegalStateException("the embedding models are closed", e));
            }
        }

        @Override
        public void run() {
            int index = next.getAndIncrement();
            if (index >= count || abandoned || failure.get() != null) {
                running.countDown();
                return;
            }
            try {
                step.run(index);
            } catch (Throwable e) {
                end(e);
                return;
            }
            proceed();
        }

        private void end(Throwable reason) {
            failure.compareAndSet(null, reason);
            running.countDown();
        }

        void await() throws EmbeddingException, InterruptedException {
            try {
                running.await();
            } catch (InterruptedException e) {
                abandoned = true;
                throw e;
            }
            Throwable reason = failure.get();
            if (reason instanceof EmbeddingException) {
                throw (EmbeddingException) reason;
            } else if (reason instanceof Error) {
                throw (Error) reason;
            } else if (reason != null) {
                throw (RuntimeException) reason;
            }
        }
    }
}
