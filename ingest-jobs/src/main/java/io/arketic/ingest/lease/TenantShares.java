package io.arketic.ingest.lease;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Shares out turns among tenants by their processing time: the next turn goes to the tenant that has used the least. A
 * tenant that returns after a pause starts level with the others; it saves up no time. Work is charged its expected time
 * when it begins and its true time when it ends, so that files that reach their time limit count in full.
 *
 * <p>Not safe for use by several threads.
 */
final class TenantShares {

    /** Estimates a piece of work: the time of a small file, and the time of each further byte. */
    private static final long EXPECTED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final double EXPECTED_NANOS_PER_BYTE = 500;

    /** Limits the size that adds expected time. Larger files often end at once, as too large. */
    private static final long MOST_EXPECTED_BYTES = 100L << 20;

    /** Limits how much of the time counts that a tenant used beyond the others. */
    private static final double MOST_DEBT_NANOS = Duration.ofMinutes(10).toNanos();

    /** Holds a tenant's turn for one piece of work. */
    record Turn(String tenant, long expectedNanos) {}

    private static final class Tenant {

        private double usedNanos;
        /** Sums the expected time of active work. */
        private double pendingNanos;

        private int running;
    }

    private final Map<String, Tenant> tenants = new HashMap<>();
    private Set<String> waiting = Set.of();
    private double level;

    /** Sets the tenants for which work waits. */
    void waiting(Set<String> now) {
        for (String name : now) {
            Tenant tenant = tenants.computeIfAbsent(name, unknown -> new Tenant());
            if (!waiting.contains(name) && tenant.running == 0) {
                tenant.usedNanos = Math.max(tenant.usedNanos, level);
            }
            tenant.usedNanos = Math.min(tenant.usedNanos, level + MOST_DEBT_NANOS + tenant.pendingNanos);
        }
        waiting = new HashSet<>(now);
        forget();
    }

    /** Returns which of these tenants has used the least. */
    Optional<String> next(Collection<String> candidates) {
        String least = null;
        double used = Double.POSITIVE_INFINITY;
        for (String name : candidates) {
            Tenant tenant = tenants.get(name);
            double own = tenant == null ? level : tenant.usedNanos;
            if (least == null || own < used || (own == used && name.compareTo(least) < 0)) {
                least = name;
                used = own;
            }
        }
        return Optional.ofNullable(least);
    }

    Turn begin(String name, long bytes) {
        Tenant tenant = tenants.computeIfAbsent(name, unknown -> new Tenant());
        long counted = Math.max(0, Math.min(bytes, MOST_EXPECTED_BYTES));
        long expected = EXPECTED_NANOS + (long) (counted * EXPECTED_NANOS_PER_BYTE);
        level = Math.max(level, tenant.usedNanos - tenant.pendingNanos);
        tenant.usedNanos += expected;
        tenant.pendingNanos += expected;
        tenant.running++;
        return new Turn(name, expected);
    }

    void end(Turn turn, long tookNanos) {
        Tenant tenant = tenants.get(turn.tenant());
        if (tenant == null) {
            throw new IllegalStateException(turn.tenant() + " has no turn");
        }
        tenant.running--;
        tenant.usedNanos += tookNanos - turn.expectedNanos();
        tenant.pendingNanos -= turn.expectedNanos();
        forget();
    }

    /** Removes tenants without work. One that has used more than the others is kept until they have caught up. */
    private void forget() {
        tenants.entrySet()
                .removeIf(entry -> entry.getValue().running == 0
                        && !waiting.contains(entry.getKey())
                        && entry.getValue().usedNanos <= level);
    }
}
