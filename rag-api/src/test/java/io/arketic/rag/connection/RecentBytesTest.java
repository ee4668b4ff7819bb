package io.arketic.rag.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentBytesTest {

    private final AtomicLong now = new AtomicLong(Duration.ofHours(-1).toNanos());
    private final RecentBytes bytes = new RecentBytes(now::get);

    @Test
    void countsTheLastTenCompleteSecondsOnly() {
        assertThat(bytes.perSecond()).isZero();
        bytes.add(600);
        bytes.add(400);
        assertThat(bytes.perSecond()).as("the second is not complete").isZero();
        pass(1);
        assertThat(bytes.perSecond()).isEqualTo(100);
        bytes.add(1000);
        pass(9);
        assertThat(bytes.perSecond()).isEqualTo(200);
        pass(1);
        assertThat(bytes.perSecond()).isEqualTo(100);
        pass(1);
        assertThat(bytes.perSecond()).isZero();
    }

    @Test
    void aReaderThatWasFastIsSlowTenSecondsLater() {
        for (int second = 0; second < 60; second++) {
            bytes.add(1 << 20);
            pass(1);
        }
        assertThat(bytes.perSecond()).isEqualTo(1 << 20);
        pass(100);
        assertThat(bytes.perSecond()).isZero();
    }

    private void pass(int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
