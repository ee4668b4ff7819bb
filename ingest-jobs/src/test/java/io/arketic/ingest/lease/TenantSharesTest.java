package io.arketic.ingest.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.ingest.lease.TenantShares.Turn;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TenantSharesTest {

    private static final Set<String> BOTH = Set.of("long", "other");

    private final TenantShares shares = new TenantShares();

    @Test
    void aTenantWhoseWorkTookADayWaitsForMinutesAlsoIfItAlwaysHasWork() {
        shares.waiting(BOTH);
        Turn first = shares.begin("long", 1);
        Turn second = shares.begin("long", 1);
        shares.end(first, Duration.ofDays(1).toNanos());
        shares.waiting(BOTH);

        Duration others = Duration.ZERO;
        while (next().equals("other")) {
            shares.end(shares.begin("other", 1), Duration.ofMinutes(1).toNanos());
            shares.waiting(BOTH);
            others = others.plusMinutes(1);
            assertThat(others).isLessThan(Duration.ofMinutes(30));
        }
        assertThat(others).isGreaterThan(Duration.ofMinutes(5));
        shares.end(second, second.expectedNanos());
    }

    @Test
    void whatIsUnderWayIsNoDebtThatIsRemitted() {
        shares.waiting(BOTH);
        List<Turn> many = IntStream.range(0, 100)
                .mapToObj(turn -> shares.begin("long", 100L << 20))
                .toList();
        shares.waiting(BOTH);
        many.forEach(turn -> shares.end(turn, Duration.ofSeconds(1).toNanos()));
        shares.waiting(BOTH);

        assertThat(next()).as("it has used more").isEqualTo("other");
    }

    private String next() {
        return shares.next(BOTH).orElseThrow();
    }
}
