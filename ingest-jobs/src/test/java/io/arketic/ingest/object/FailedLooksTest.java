package io.arketic.ingest.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class FailedLooksTest {

    private final SetClock clock = new SetClock();
    private final FailedLooks looks = new FailedLooks(clock);

    @Test
    void manyLooksWithinAnHourAreNotEnough() {
        for (int i = 0; i < 200; i++) {
            assertThat(looks.isLast("a")).as("look %d", i).isFalse();
        }
        clock.pass(Duration.ofMinutes(59));
        assertThat(looks.isLast("a")).isFalse();
        clock.pass(Duration.ofMinutes(1));
        assertThat(looks.isLast("b")).as("another key").isFalse();
        assertThat(looks.isLast("a")).isTrue();
        assertThat(looks.isLast("a")).as("it begins again").isFalse();
    }

    @Test
    void anHourIsNotEnoughForAFewLooks() {
        for (int i = 1; i < 20; i++) {
            assertThat(looks.isLast("a")).as("look %d", i).isFalse();
            clock.pass(Duration.ofHours(1));
        }
        assertThat(looks.isLast("a")).isTrue();
    }

    @Test
    void aGoodLookEndsTheCount() {
        for (int i = 0; i < 30; i++) {
            looks.isLast("a");
        }
        looks.forget("a");
        clock.pass(Duration.ofHours(2));
        assertThat(looks.isLast("a")).isFalse();
    }

    private static final class SetClock extends Clock {

        private Instant now = Instant.parse("2026-11-29T10:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
