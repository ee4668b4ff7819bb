package io.arketic.rag.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks go forward on 2027-03-28 and back on 2027-10-31 in Berlin, at 01:00 UTC. */
class CronScheduleTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void aFixedTimeIsDueOnceADayAlsoWhenTheClockSkipsOrRepeatsIt() {
        assertThat(times("30 2 * * *", "2027-03-27T00:00:00Z", 3))
                .containsExactly("2027-03-27T01:30:00Z", "2027-03-28T01:30:00Z", "2027-03-29T00:30:00Z");
        assertThat(times("30 2 * * *", "2027-10-30T00:00:00Z", 3))
                .containsExactly("2027-10-30T00:30:00Z", "2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z");
    }

    @Test
    void everySoOftenIsByElapsedTime() {
        assertThat(times("0 * * * *", "2027-10-30T23:30:00Z", 4))
                .containsExactly(
                        "2027-10-31T00:00:00Z", "2027-10-31T01:00:00Z", "2027-10-31T02:00:00Z", "2027-10-31T03:00:00Z");
        assertThat(times("*/30 * * * *", "2027-03-28T00:10:00Z", 4))
                .containsExactly(
                        "2027-03-28T00:30:00Z", "2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z", "2027-03-28T02:00:00Z");
    }

    @Test
    void weekdaysAndDaysThatAreNeverThere() {
        assertThat(times("0 8 * * 1", "2026-11-29T00:00:00Z", 2))
                .containsExactly("2026-11-30T07:00:00Z", "2026-12-07T07:00:00Z");
        assertThat(CronSchedule.of("0 0 29 2 *", BERLIN).next(Instant.parse("2026-01-01T00:00:00Z")))
                .isEqualTo(Optional.of(Instant.parse("2028-02-28T23:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "61 * * * *", "* * * *", "* * * * * *", "a b c d e", "0 25 * * *"})
    void whatIsNoExpressionIsRefused(String expression) {
        assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> CronSchedule.of(expression, BERLIN));
    }

    private static List<String> times(String expression, String after, int count) {
        CronSchedule schedule = CronSchedule.of(expression, BERLIN);
        List<String> times = new ArrayList<>();
        Instant last = Instant.parse(after);
        for (int number = 0; number < count; number++) {
            last = schedule.next(last).orElseThrow();
            times.add(last.toString());
        }
        return times;
    }
}
