package io.arketic.rag.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SteadyTest {

    @Test
    void aTurnThatThrowsIsNotTheLast() throws Exception {
        ScheduledExecutorService schedule = Executors.newSingleThreadScheduledExecutor();
        CountDownLatch turns = new CountDownLatch(3);
        try {
            Steady.every(Duration.ofMillis(1), schedule, "A test", () -> {
                turns.countDown();
                if (turns.getCount() == 2) {
                    throw new IllegalStateException("the first turn");
                }
                if (turns.getCount() > 0) {
                    throw new AssertionError("the second turn");
                }
            });
            assertThat(turns.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            schedule.shutdownNow();
        }
    }
}
