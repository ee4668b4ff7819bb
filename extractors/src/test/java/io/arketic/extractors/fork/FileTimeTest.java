package io.arketic.extractors.fork;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FileTimeTest {

    private static final long HOUR = Duration.ofHours(1).toNanos();

    @Test
    void waitingForAProcessorIsAddedOnceAndUpToALimit() {
        FileTime time = new FileTime(Duration.ofHours(1));
        assertThat(time.addWaiting(HOUR)).isTrue();
        assertThat(time.addWaiting(HOUR)).isTrue();
        assertThat(time.given()).isEqualTo(Duration.ofHours(2));
        assertThat(time.addWaiting(100 * HOUR)).isTrue();
        assertThat(time.addWaiting(200 * HOUR)).isTrue();
        assertThat(time.given()).isEqualTo(Duration.ofHours(4));
    }

    @Test
    void timeThatIsOverStaysOverWithoutWaiting() {
        FileTime time = new FileTime(Duration.ofNanos(1));
        assertThat(time.addWaiting(0)).isFalse();
    }

    /** More threads than processors wait for each other. */
    @Test
    void theWaitingOfACrowdedProcessIsMeasured() throws InterruptedException {
        ProcessorWait wait = new ProcessorWait(ProcessHandle.current().pid());
        AtomicBoolean end = new AtomicBoolean();
        List<Thread> crowd = new ArrayList<>();
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 1; i++) {
            Thread thread = new Thread(() -> {
                while (!end.get()) {
                    Thread.onSpinWait();
                }
            });
            thread.start();
            crowd.add(thread);
        }
        try {
            long deadline = System.nanoTime() + HOUR / 60;
            while (wait.nanos() == 0 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(wait.nanos()).isPositive();
        } finally {
            end.set(true);
            for (Thread thread : crowd) {
                thread.join();
            }
        }
        assertThat(new ProcessorWait(Long.MAX_VALUE).nanos()).isZero();
    }
}
