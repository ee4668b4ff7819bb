package io.arketic.rag.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final Duration PATIENCE = Duration.ofHours(1);

    @Test
    void aPeerEarnsTimeWithItsBytes() {
        Pace pace = new Pace(PATIENCE, 1000, Duration.ofHours(10));
        assertThat(pace.isTooSlow(after(Duration.ofMinutes(59)))).isFalse();
        assertThat(pace.isTooSlow(after(Duration.ofMinutes(61)))).isTrue();
        pace.moved(3_600_000);
        assertThat(pace.isTooSlow(after(Duration.ofMinutes(119)))).isFalse();
        assertThat(pace.isTooSlow(after(Duration.ofMinutes(121)))).isTrue();
    }

    @Test
    void aBurstDoesNotPayForALongPause() {
        Pace pace = new Pace(PATIENCE, 1000, PATIENCE.multipliedBy(2));
        pace.moved(1L << 40);
        assertThat(pace.isTooSlow(after(Duration.ofMinutes(119)))).isFalse();
        assertThat(pace.isTooSlow(after(Duration.ofMinutes(121)))).isTrue();
    }

    private static long after(Duration time) {
        return System.nanoTime() + time.toNanos();
    }
}
