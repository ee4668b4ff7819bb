package io.arketic.ingest.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FairQueueTest {

    private static final long SMALL = 1_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final FairQueue<String> queue = new FairQueue<>(100);
    private long now;

    @Test
    void aFileOfAnotherTenantGoesNextHoweverManyWait() {
        for (int i = 0; i < 5_000; i++) {
            add("a", SMALL, "a" + i);
        }
        take(SECOND);
        take(SECOND);
        add("b", SMALL, "b");
        assertThat(take(SECOND)).isEqualTo("b");
        assertThat(take(SECOND)).isEqualTo("a2");
    }

    @Test
    void whatTakesLongIsChargedInFull() {
        for (int i = 0; i < 100; i++) {
            add("slow", SMALL, "slow");
            add("quick", SMALL, "quick");
        }
        List<String> took = new ArrayList<>();
        for (int i = 0; i < 66; i++) {
            String next = take("slow", 10 * SECOND, SECOND);
            took.add(next);
        }
        assertThat(took.stream().filter("slow"::equals).count()).isBetween(5L, 8L);
    }

    @Test
    void aTenantThatRestedSavesUpNothing() {
        add("rested", SMALL, "rested");
        take(SECOND);
        for (int i = 0; i < 100; i++) {
            add("busy", SMALL, "busy");
        }
        for (int i = 0; i < 50; i++) {
            take(SECOND);
        }
        for (int i = 0; i < 20; i++) {
            add("rested", SMALL, "rested");
        }
        List<String> took = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            took.add(take(SECOND));
        }
        assertThat(took).contains("busy", "rested");
        assertThat(took.stream().filter("busy"::equals).count()).isBetween(4L, 6L);
    }

    @Test
    void oneTenantNeverHasAllTurnsAtOnce() {
        FairQueue<String> narrow = new FairQueue<>(2);
        for (int i = 0; i < 6; i++) {
            narrow.add("a", SMALL, Duration.ZERO, 0, "a" + i);
        }
        FairQueue.Turn<String> first = narrow.next().orElseThrow();
        narrow.next().orElseThrow();
        assertThat(narrow.next()).isEmpty();
        narrow.add("b", SMALL, Duration.ZERO, 0, "b");
        assertThat(narrow.next()).map(FairQueue.Turn::work).contains("b");
        narrow.done(first, SECOND);
        assertThat(narrow.next()).map(FairQueue.Turn::work).contains("a2");
        assertThat(narrow.waiting()).isEqualTo(3);
    }

    @Test
    void whatIsSmallAndNewGoesFirstAndWhatIsLargeIsNotForgotten() {
        queue.add("a", 20_000_000, Duration.ZERO, now, "large");
        queue.add("a", SMALL, Duration.ofDays(9), now, "old");
        queue.add("a", SMALL, Duration.ZERO, now, "new");
        now = 90 * SECOND;
        queue.add("a", SMALL, Duration.ZERO, now, "soon");
        now = 110 * SECOND;
        queue.add("a", SMALL, Duration.ZERO, now, "late");
        assertThat(List.of(take(0), take(0), take(0), take(0), take(0)))
                .containsExactly("new", "soon", "large", "late", "old");
        assertThat(queue.next()).isEqualTo(Optional.empty());
    }

    private void add(String tenant, long bytes, String work) {
        queue.add(tenant, bytes, Duration.ZERO, now++, work);
    }

    private String take(long tookNanos) {
        return take("", 0, tookNanos);
    }

    private String take(String slow, long slowNanos, long otherNanos) {
        FairQueue.Turn<String> turn = queue.next().orElseThrow();
        queue.done(turn, turn.tenant().equals(slow) ? slowNanos : otherNanos);
        return turn.work();
    }
}
