package io.arketic.ingest.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.event.ObjectEvent.Kind;
import io.arketic.schema.ledger.ObjectQueue.Mark;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class MarksTest {

    private static final Instant NOW = Instant.parse("2026-11-30T04:00:00.123456789Z");

    @Test
    void anyEventSurvivesItsText() {
        for (ObjectEvent event : new ObjectEvent[] {
            new ObjectEvent(
                    "knowledge", "acme/ü/\u0000\n\\0041\uD83D\uDE00\uD800.txt", Kind.CREATED, "\"e\n\"", 7, NOW),
            new ObjectEvent("", "", Kind.CREATED, "", Long.MAX_VALUE, Instant.EPOCH),
            new ObjectEvent("knowledge", "a", Kind.REMOVED, null, 0, NOW)
        }) {
            String text = EventText.format(event);
            assertThat(EventText.parse(text)).isEqualTo(event);
            assertThat(text.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c)))
                    .isTrue();
        }
    }

    @Test
    void whatIsSmallAndNewGoesFirstAndNothingWaitsForEver() {
        Duration fresh = Marks.delay(file(1_000, Duration.ZERO), NOW);
        assertThat(fresh).isLessThan(Duration.ofMillis(10));
        assertThat(Marks.delay(file(20_000_000, Duration.ZERO), NOW)).isEqualTo(Duration.ofSeconds(100));
        assertThat(Marks.delay(file(1_000, Duration.ofDays(9)), NOW))
                .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
        assertThat(Marks.delay(file(Long.MAX_VALUE, Duration.ofDays(9)), NOW)).isEqualTo(Duration.ofMinutes(20));
        assertThat(Marks.delay(file(-1, Duration.ofDays(-9)), NOW)).isEqualTo(Duration.ZERO);
    }

    @Test
    void outagesAndRefusalsWaitAndOnlyContentFails() throws InterruptedException {
        Queue<String> states = new ArrayDeque<>(List.of("08006", "42501"));
        List<Mark> marked = new ArrayList<>();
        Marks marks = new Marks(
                given -> {
                    if (!states.isEmpty()) {
                        throw new SQLException("no", states.remove());
                    }
                    marked.addAll(given);
                },
                true,
                Clock.systemUTC());

        marks.add(file(1, Duration.ZERO));
        marks.flush();

        assertThat(states).isEmpty();
        assertThat(marked).extracting(Mark::told).containsExactly(true);
        assertThat(marks.isEmpty()).isTrue();
        states.add("22021");
        assertThatIllegalStateException()
                .isThrownBy(() -> {
                    marks.add(file(1, Duration.ZERO));
                    marks.flush();
                })
                .withCauseInstanceOf(SQLException.class);
    }

    private static ObjectEvent file(long size, Duration age) {
        return new ObjectEvent("knowledge", "a/b", Kind.CREATED, null, size, NOW.minus(age));
    }
}
