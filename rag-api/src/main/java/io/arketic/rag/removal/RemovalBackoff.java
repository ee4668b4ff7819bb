package io.arketic.rag.removal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each removal its turn. A failed one waits, twice as long each time up to ten minutes, and delays no other. Used
 * by one thread at a time.
 */
final class RemovalBackoff {

    private static final Logger log = LoggerFactory.getLogger(RemovalBackoff.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private record Pause(Duration length, Instant until) {}

    private final Clock clock;
    private final Map<UUID, Pause> paused = new HashMap<>();

    RemovalBackoff(Clock clock) {
        this.clock = clock;
    }

    /**
     * Runs {@code work} unless it waits after a failure.
     *
     * @param work whether it needs another turn
     * @return false also where it failed or waits
     */
    boolean take(UUID id, BooleanSupplier work) {
        Pause before = paused.get(id);
        if (before != null && clock.instant().isBefore(before.until())) {
            return false;
        }
        try {
            boolean more = work.getAsBoolean();
            paused.remove(id);
            return more;
        } catch (RuntimeException | Error failure) {
            Duration length = before == null ? FIRST_PAUSE : longer(before.length());
            paused.put(id, new Pause(length, clock.instant().plus(length)));
            log.warn("The removal of {} waits for {}", id, length, failure);
            return false;
        }
    }

    /** Forgets all others. */
    void keep(Collection<UUID> ids) {
        paused.keySet().retainAll(ids);
    }

    private static Duration longer(Duration length) {
        Duration twice = length.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
}
