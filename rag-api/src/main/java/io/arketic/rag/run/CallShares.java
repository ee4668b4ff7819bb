package io.arketic.rag.run;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Shares the threads that wait for calls between organizations. They are only some of those that work on what is due, so that
 * schedules, deadlines and letters always find one.
 */
@Component
class CallShares {

    private static final Duration SOON = Duration.ofMillis(500);
    private static final Duration BETWEEN = Duration.ofMillis(50);
    private static final Duration LATEST = Duration.ofSeconds(30);

    private final Bulkhead calls;
    private final Cache<UUID, Instant> turns =
            Caffeine.newBuilder().expireAfterWrite(Duration.ofMinutes(1)).build();

    CallShares(RunLimits limits, Bulkheads bulkheads) {
        this.calls = bulkheads.bulkhead("workflow-calls", limits.callingThreads());
    }

    /** Returns a place for a step that calls out; empty while all are taken, or the organization has its share. */
    Optional<Place> enter(UUID organization) {
        return calls.tryEnter(organization);
    }

    /**
     * Returns when to look for a place again. The times of an organization's tasks are apart, so that many of them ask seldom
     * and one of them asks soon.
     */
    Instant later(UUID organization) {
        Instant now = Instant.now();
        return turns.asMap().merge(organization, now.plus(SOON), (last, soon) -> {
            Instant next = last.plus(BETWEEN);
            return next.isBefore(soon) ? soon : next.isAfter(now.plus(LATEST)) ? now.plus(LATEST) : next;
        });
    }
}
