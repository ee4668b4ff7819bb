package io.arketic.schema.tenancy;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Orders waiting callers by tenant. Next is always the tenant with the fewest turns, and of several the one whose last
 * turn is the longest ago: a tenant's single call does not wait for a hundred of another. It does not limit the waiting
 * callers. Safe for use by several threads.
 */
public final class Turns {

    /** Sets how often a waiting caller checks whether its work is still needed. */
    private static final long LOOK_NANOSECONDS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Shares turns;
    private final Map<UUID, Queue<Waiting>> waiting = new LinkedHashMap<>();
    private final Map<UUID, Long> last = new HashMap<>();
    private long given;

    /** @param turns that callers have at the same time */
    public Turns(int turns) {
        this.turns = new Shares(turns);
    }

    /** Waits as long as necessary; the turn ends when it is closed. */
    public Turn take(UUID tenant) throws InterruptedException {
        return Objects.requireNonNull(take(tenant, () -> false), "given up without a reason");
    }

    /** @return null when {@code giveUp} said so before there was a turn */
    public @Nullable Turn take(UUID tenant, BooleanSupplier giveUp) throws InterruptedException {
        Waiting own = new Waiting(tenant, Thread.currentThread());
        enter(own);
        boolean used = false;
        try {
            while (!own.called && !giveUp.getAsBoolean()) {
                // Each caller is woken alone: with a hundred of them, waking all would cost more than the work.
                LockSupport.parkNanos(own, LOOK_NANOSECONDS);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            used = own.called;
            return used ? new Turn(tenant) : null;
        } finally {
            if (!used) {
                withdraw(own);
            }
        }
    }

    /** Returns the number of callers without a turn. */
    public synchronized int waiting() {
        return waiting.values().stream().mapToInt(Queue::size).sum();
    }

    private synchronized void enter(Waiting own) {
        waiting.computeIfAbsent(own.tenant, tenant -> new ArrayDeque<>()).add(own);
        giveOut();
    }

    /** Removes a caller that gave up; passes its turn on if it was called meanwhile. */
    private synchronized void withdraw(Waiting own) {
        if (own.called) {
            end(own.tenant);
            return;
        }
        Queue<Waiting> same = waiting.get(own.tenant);
        if (same != null && same.remove(own) && same.isEmpty()) {
            waiting.remove(own.tenant);
        }
        forget(own.tenant);
    }

    private synchronized void end(UUID tenant) {
        turns.giveBack(tenant);
        giveOut();
        forget(tenant);
    }

    private void giveOut() {
        for (UUID next = next(); next != null && turns.take(next); next = next()) {
            Queue<Waiting> same = Objects.requireNonNull(waiting.get(next));
            Waiting called = same.remove();
            if (same.isEmpty()) {
                waiting.remove(next);
            }
            last.put(next, ++given);
            called.called = true;
            LockSupport.unpark(called.thread);
        }
    }

    /** Returns the tenant whose caller is next; null if none waits. */
    private @Nullable UUID next() {
        UUID next = null;
        for (UUID one : waiting.keySet()) {
            if (next == null || before(one, next)) {
                next = one;
            }
        }
        return next;
    }

    private boolean before(UUID one, UUID other) {
        int held = Integer.compare(turns.heldBy(one), turns.heldBy(other));
        return held < 0 || held == 0 && last.getOrDefault(one, 0L) < last.getOrDefault(other, 0L);
    }

    /** Removes a tenant that neither has a turn nor waits. */
    private void forget(UUID tenant) {
        if (turns.heldBy(tenant) == 0 && !waiting.containsKey(tenant)) {
            last.remove(tenant);
        }
    }

    private static final class Waiting {

        private final UUID tenant;
        private final Thread thread;
        private volatile boolean called;

        Waiting(UUID tenant, Thread thread) {
            this.tenant = tenant;
            this.thread = thread;
        }
    }

    /** Holds a turn; close it once, after the work. */
    public final class Turn implements AutoCloseable {

        private final UUID tenant;

        private Turn(UUID tenant) {
            this.tenant = tenant;
        }

        @Override
        public void close() {
            end(tenant);
        }
    }
}
