package io.arketic.rag.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PauseAfterFailureTest {

    @Test
    void itDoublesFromFiveSeconds() {
        Duration hourly = Duration.ofHours(1);
        assertThat(BackgroundWork.pauseAfter(0, hourly)).isEqualTo(Duration.ofSeconds(5));
        assertThat(BackgroundWork.pauseAfter(3, hourly)).isEqualTo(Duration.ofSeconds(40));
        assertThat(BackgroundWork.pauseAfter(1_000_000, hourly)).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void frequentWorkRestsOnlySomeOfItsPauses() {
        assertThat(BackgroundWork.pauseAfter(1_000, Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(10));
        assertThat(BackgroundWork.pauseAfter(1_000, Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(30));
    }
}
