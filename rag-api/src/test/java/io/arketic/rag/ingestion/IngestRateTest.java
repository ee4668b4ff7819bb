package io.arketic.rag.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class IngestRateTest {

    private final IngestRate rate = new IngestRate();
    private final Instant begin = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void oneSampleIsNoRate() {
        rate.saw(begin, 100);
        assertThat(rate.perMinute()).isEmpty();
    }

    @Test
    void theRateIsThatOfTheLastFiveMinutes() {
        rate.saw(begin, 0);
        for (int minute = 1; minute <= 10; minute++) {
            // A thousand in the first minute, and sixty in each of the others.
            rate.saw(begin.plusSeconds(60L * minute), 1_000 + 60L * (minute - 1));
        }
        assertThat(rate.perMinute()).hasValue(60);
    }

    @Test
    void removedVersionsAreNoNegativeRate() {
        rate.saw(begin, 100);
        rate.saw(begin.plusSeconds(60), 10);
        assertThat(rate.perMinute()).hasValue(0);
    }
}
