package io.arketic.rag.attendance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.rag.problem.ProblemException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CancellationTest {

    private final Cancellation cancellation = new Cancellation();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void workThatHangsIsLeftAndInterrupted() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<Throwable> left = CompletableFuture.supplyAsync(
                        () -> cancellation.awaiting(threads, () -> {
                            hanging.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException stopped) {
                                interrupted.countDown();
                            }
                            return "late";
                        }),
                        threads)
                .handle((result, failure) -> failure.getCause());
        hanging.await();
        cancellation.cancel(ProblemException.notFound("chat"));
        assertThat(left.get()).isSameAs(cancellation.why());
        interrupted.await();
    }

    @Test
    void whatWorkGivesAndThrowsComesThrough() {
        assertThat(cancellation.<String>awaiting(threads, () -> "found")).isEqualTo("found");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> cancellation.awaiting(threads, () -> {
                    throw ProblemException.notFound("chat");
                }));
        assertThat(cancellation.isCancelled()).isFalse();
    }

    @Test
    void afterwardsNoWorkIsBegun() {
        cancellation.cancel();
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> cancellation.awaiting(threads, () -> {
                    throw new AssertionError("begun");
                }));
    }
}
