package io.arketic.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FairWorkersTest {

    private final CountDownLatch limit = new CountDownLatch(1);
    private final FairWorkers workers = new FairWorkers(2, "fair");

    @AfterEach
    void close() throws InterruptedException {
        limit.countDown();
        assertThat(workers.close(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void filesThatRunIntoTheirTimeLimitLeaveAThreadToOthers() throws Exception {
        CountDownLatch running = new CountDownLatch(2);
        for (int i = 0; i < 6; i++) {
            workers.of("a", 1, Duration.ZERO).execute(() -> {
                running.countDown();
                await(limit);
            });
        }
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

        for (int i = 0; i < 10; i++) {
            CompletableFuture.runAsync(() -> {}, workers.of("b", 1, Duration.ZERO))
                    .get(10, TimeUnit.SECONDS);
        }
        assertThat(workers.waiting()).isEqualTo(4);
    }

    @Test
    void workThatFailsFreesItsThread() throws Exception {
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Void> failed = CompletableFuture.runAsync(
                    () -> {
                        throw new IllegalStateException("broken");
                    },
                    workers.of("a", 1, Duration.ZERO));
            assertThat(failed.handle((done, failure) -> failure).get(10, TimeUnit.SECONDS))
                    .isNotNull();
        }
        CompletableFuture.runAsync(() -> {}, workers.of("a", 1, Duration.ZERO)).get(10, TimeUnit.SECONDS);
    }

    @Test
    void whatComesAfterTheEndIsRefused() throws Exception {
        workers.close(Duration.ofSeconds(10));
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> workers.of("a", 1, Duration.ZERO).execute(() -> {}));
    }

    @Test
    void aTenantThatHoldsAllItMayLeavesTheRestToOthers() throws Exception {
        TenantPermits permits = new TenantPermits(1);
        UUID slow = UUID.randomUUID();
        TenantPermits.Permit held = permits.take(slow);
        CompletableFuture<TenantPermits.Permit> second = CompletableFuture.supplyAsync(() -> take(permits, slow));
        try (TenantPermits.Permit other = permits.take(UUID.randomUUID())) {
            assertThat(other).isNotNull();
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> second.get(200, TimeUnit.MILLISECONDS));
        }
        held.close();
        second.get(10, TimeUnit.SECONDS).close();
        permits.take(slow).close();
    }

    private static TenantPermits.Permit take(TenantPermits permits, UUID tenant) {
        try {
            return permits.take(tenant);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
