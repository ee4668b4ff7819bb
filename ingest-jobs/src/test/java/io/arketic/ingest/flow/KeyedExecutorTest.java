package io.arketic.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyedExecutorTest {

    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final KeyedExecutor inOrder = new KeyedExecutor();

    @AfterEach
    void close() {
        workers.shutdownNow();
    }

    @Test
    void workOfOneKeyRunsInTheOrderGiven() throws Exception {
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < 500; i++) {
            int number = i;
            last = inOrder.run("key", workers, () -> ran.add(number));
        }
        last.get(10, TimeUnit.SECONDS);

        assertThat(ran).hasSize(500).isSorted();
    }

    @Test
    void anotherKeyDoesNotWait() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<?> slow = inOrder.run("slow", workers, () -> release.await(10, TimeUnit.SECONDS));
        for (int i = 0; i < 20; i++) {
            inOrder.run("slow", workers, () -> null); // these hold no thread
        }

        assertThat(inOrder.run("other", workers, () -> 1).get(10, TimeUnit.SECONDS))
                .isEqualTo(1);
        assertThat(slow).isNotDone();
        release.countDown();
    }

    @Test
    void workRunsAfterAFailureOfTheWorkBefore() throws Exception {
        CompletableFuture<?> failed = inOrder.run("key", workers, () -> {
            throw new IllegalStateException("broken");
        });

        assertThat(inOrder.run("key", workers, () -> 2).get(10, TimeUnit.SECONDS))
                .isEqualTo(2);
        assertThatThrownBy(failed::join).hasRootCauseMessage("broken");
    }

    @Test
    void whatCannotStartAnyMoreFails() {
        workers.shutdown();

        assertThatThrownBy(() -> inOrder.run("key", workers, () -> 1).join())
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }
}
