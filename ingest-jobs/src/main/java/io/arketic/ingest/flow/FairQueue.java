package io.arketic.ingest.flow;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * Shares out waiting work among tenants by their processing time: the next turn goes to the tenant that has used the
 * least. A tenant that returns after a pause starts level with the others; it saves up no time. Work is charged its
 * expected time when it begins and its true time when it ends, so that files that reach their time limit count in full.
 *
 * <p>Within a tenant what is small and new goes before what is large and old, by a head start and not by rank: nothing
 * waits for ever.
 *
 * <p>Not safe for use by several threads.
 *
 * @param <W> what is to be done
 */
final class FairQueue<W> {

    /** Adds time for each byte: a file of a megabyte yields to files that come within the next five seconds. */
    private static final double NANOS_PER_BYTE = 5_000;

    private static final long LONGEST_HEAD_START = Duration.ofMinutes(10).toNanos();

    /** Estimates a piece of work: the time of a small file, and the time of each further byte. */
    private static final long EXPECTED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final double EXPECTED_NANOS_PER_BYTE = 500;

    /** Limits the size that adds expected time. Larger files often end at once, as too large. */
    private static final long MOST_EXPECTED_BYTES = 100L << 20;

    /** Limits how much of the time counts that a tenant used while no other tenant waited. */
    private static final double MOST_DEBT_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** Holds one piece of work that has its turn. */
    record Turn<W>(String tenant, long expectedNanos, W work) {}

    private record Waiting<W>(long place, long number, long bytes, W work) implements Comparable<Waiting<W>> {

        @Override
        public int compareTo(Waiting<W> other) {
            return place == other.place ? Long.compare(number, other.number) : Long.compare(place, other.place);
        }
    }

    private final class Tenant {

        private final PriorityQueue<Waiting<W>> waiting = new PriorityQueue<>();
        private double usedNanos;
        /** Sums the expected time of active work. */
        private double pendingNanos;

        private int running;
    }

    private final int most;
    private final Map<String, Tenant> tenants = new HashMap<>();
    private long number;
    private double level;

    /** @param most pieces of one tenant's work at once */
    FairQueue(int most) {
        this.most = most;
    }

    /**
     * Adds work.
     *
     * @param bytes of the file
     * @param age of the file: how long ago it was written
     * @param now of a clock that only goes forward
     */
    void add(String tenant, long bytes, Duration age, long now, W work) {
        Tenant one = tenants.computeIfAbsent(tenant, name -> new Tenant());
        if (one.waiting.isEmpty() && one.running == 0) {
            one.usedNanos = Math.min(Math.max(one.usedNanos, level), level + MOST_DEBT_NANOS);
        }
        double size = Math.min(LONGEST_HEAD_START, bytes * NANOS_PER_BYTE);
        long old = Math.max(0, Math.min(LONGEST_HEAD_START, age.toSeconds() * 1_000_000_000L));
        one.waiting.add(new Waiting<>(now + (long) size + old, number++, bytes, work));
    }

    /** Returns the next work; empty if none waits, or all waiting tenants already hold their maximum. */
    Optional<Turn<W>> next() {
        String name = null;
        Tenant least = null;
        for (Map.Entry<String, Tenant> entry : tenants.entrySet()) {
            Tenant tenant = entry.getValue();
            if (!tenant.waiting.isEmpty()
                    && tenant.running < most
                    && (least == null || tenant.usedNanos < least.usedNanos)) {
                name = entry.getKey();
                least = tenant;
            }
        }
        if (name == null || least == null) {
            return Optional.empty();
        }
        Waiting<W> work = least.waiting.remove();
        long bytes = Math.max(0, Math.min(work.bytes, MOST_EXPECTED_BYTES));
        long expected = EXPECTED_NANOS + (long) (bytes * EXPECTED_NANOS_PER_BYTE);
        level = Math.max(level, least.usedNanos - least.pendingNanos);
        least.usedNanos += expected;
        least.pendingNanos += expected;
        least.running++;
        return Optional.of(new Turn<>(name, expected, work.work));
    }

    /** Ends a turn. */
    void done(Turn<W> turn, long tookNanos) {
        Tenant tenant = tenants.get(turn.tenant());
        if (tenant == null) {
            throw new IllegalStateException(turn.tenant() + " has no turn");
        }
        tenant.running--;
        tenant.usedNanos += tookNanos - turn.expectedNanos();
        tenant.pendingNanos -= turn.expectedNanos();
        // A tenant that has used more than the others is kept until they have caught up.
        tenants.values().removeIf(idle -> idle.running == 0 && idle.waiting.isEmpty() && idle.usedNanos <= level);
    }

    /** Returns the number of waiting pieces of work. */
    int waiting() {
        return tenants.values().stream()
                .mapToInt(tenant -> tenant.waiting.size())
                .sum();
    }
}
