package io.arketic.ingest.object;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the looks at an object that failed before its ledger row could hold the failure. Safe for use by several
 * threads. A restart of the process begins at 0 again.
 */
final class FailedLooks {

    private static final int LEAST = 20;

    /** An operator has so long to correct what hits many objects, such as a missing permission. */
    private static final Duration SHORTEST = Duration.ofHours(1);

    private record Failures(int count, Instant since) {}

    private final Map<String, Failures> failures = new ConcurrentHashMap<>();
    private final Clock clock;

    FailedLooks(Clock clock) {
        this.clock = clock;
    }

    /** Counts a failure and returns whether it was the last one; the count then begins again. */
    boolean isLast(String key) {
        Instant now = clock.instant();
        return failures.compute(key, (same, before) -> {
                    Failures all =
                            before == null ? new Failures(1, now) : new Failures(before.count() + 1, before.since());
                    boolean last =
                            all.count() >= LEAST && !now.isBefore(all.since().plus(SHORTEST));
                    return last ? null : all;
                })
                == null;
    }

    void forget(String key) {
        failures.remove(key);
    }
}
