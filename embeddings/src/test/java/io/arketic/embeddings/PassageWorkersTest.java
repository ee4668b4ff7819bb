package io.arketic.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.arketic.embeddings.EmbeddingException.Reason;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PassageWorkersTest {

    private final PassageWorkers workers = new PassageWorkers(2);

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void runsEachIndexOnce() throws Exception {
        Queue<Integer> seen = new ConcurrentLinkedQueue<>();
        workers.forEach(100, seen::add);
        assertThat(seen).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void passagesHaveTheLowestPriority() throws Exception {
        Queue<Integer> priorities = new ConcurrentLinkedQueue<>();
        workers.forEach(4, index -> priorities.add(Thread.currentThread().getPriority()));
        assertThat(priorities).containsOnly(Thread.MIN_PRIORITY);
    }

    @Test
    void shortCallDoesNotWaitForALongOneToEnd() throws Exception {
        try (PassageWorkers single = new PassageWorkers(1)) {
            AtomicInteger longSteps = new AtomicInteger();
            CompletableFuture<Integer> longStepsBeforeShort = new CompletableFuture<>();
            Thread shortCaller =
                    new Thread(() -> run(single, 1, index -> longStepsBeforeShort.complete(longSteps.get())));
            single.forEach(1_000, index -> {
                if (longSteps.incrementAndGet() == 1) {
                    shortCaller.start();
                    awaitQueued(shortCaller);
                }
            });
            assertThat(longStepsBeforeShort.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(longSteps).hasValue(1_000);
        }
    }

    @Test
    void firstFailureEndsTheCall() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        assertThatExceptionOfType(EmbeddingException.class)
                .isThrownBy(() -> workers.forEach(1_000, index -> {
                    steps.incrementAndGet();
                    throw new EmbeddingException(Reason.UNAVAILABLE, "step " + index);
                }))
                .withMessageStartingWith("step");
        assertThat(steps.get()).isLessThanOrEqualTo(2);
        workers.forEach(3, index -> steps.incrementAndGet());
    }

    @Test
    void interruptedCallStartsNoFurtherStep() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                workers.forEach(1_000, index -> {
                    steps.incrementAndGet();
                    started.countDown();
                    await(release);
                });
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            } catch (EmbeddingException e) {
                interrupted.completeExceptionally(e);
            }
        });
        caller.start();
        await(started);
        caller.interrupt();
        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        release.countDown();
        // Queued behind what was left of the interrupted call.
        workers.forEach(2, index -> {});
        assertThat(steps.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void closedWorkersFailTheCallsThatAreLeft() {
        workers.close();
        assertThatIllegalStateException().isThrownBy(() -> workers.forEach(3, index -> {}));
    }

    private static void run(PassageWorkers workers, int count, PassageWorkers.Step step) {
        try {
            workers.forEach(count, step);
        } catch (EmbeddingException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Checks that a caller waits only after its texts are queued. */
    private static void awaitQueued(Thread caller) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (caller.getState() != Thread.State.WAITING) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
