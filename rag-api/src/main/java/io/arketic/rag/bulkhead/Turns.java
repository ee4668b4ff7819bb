package io.arketic.rag.bulkhead;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Orders waiting callers by tenant. Next is always the tenant with the fewest turns, and of several the one whose last
 * turn is the longest ago: a tenant's single call does not wait for a hundred of another. The {@link Bulkhead} limits
 * the waiting callers. Safe for use by several threads.
 */
public final class Turns {

    /** Sets how often a waiting caller checks whether its work is still needed. */
    private static final long LOOK_MILLISECONDS = 300;

    private final Shares turns;
    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private final Map<UUID, Long> last = new HashMap<>();
    private long given;

    Turns(int turns) {
        this.turns = new Shares(turns);
    }

    /** Waits as long as necessary; the turn ends when it is closed. */
    public Turn take(UUID tenant) throws InterruptedException {
        Turn turn = take(tenant, () -> false);
        if (turn == null) {
            throw new AssertionError("given up without a reason");
        }
        return turn;
    }

    /** @return null when {@code giveUp} said so before there was a turn */
    public synchronized @Nullable Turn take(UUID tenant, BooleanSupplier giveUp) throws InterruptedException {
        Waiting own = new Waiting(tenant);
        waiting.add(own);
        giveOut();
        try {
            while (!own.called && !giveUp.getAsBoolean()) {
                wait(LOOK_MILLISECONDS);
            }
            return own.called ? new Turn(tenant) : null;
        } catch (InterruptedException stopped) {
            if (own.called) {
                end(tenant);
            }
            throw stopped;
        } finally {
            waiting.remove(own);
            forget(tenant);
        }
    }

    synchronized int waiting() {
        return waiting.size();
    }

    private synchronized void end(UUID tenant) {
        turns.giveBack(tenant);
        forget(tenant);
        giveOut();
    }

    private void giveOut() {
        boolean called = false;
        for (Waiting next = next(); next != null; next = next()) {
            waiting.remove(next);
            last.put(next.tenant, ++given);
            next.called = true;
            called = true;
        }
        if (called) {
            notifyAll();
        }
    }

    /** Returns the next waiting caller; null if none may have a turn. */
    private @Nullable Waiting next() {
        Waiting next = null;
        for (Waiting one : waiting) {
            if (next == null || before(one.tenant, next.tenant)) {
                next = one;
            }
        }
        return next != null && turns.take(next.tenant) ? next : null;
    }

    private boolean before(UUID one, UUID other) {
        int held = Integer.compare(turns.heldBy(one), turns.heldBy(other));
        return held < 0 || held == 0 && last.getOrDefault(one, 0L) < last.getOrDefault(other, 0L);
    }

    /** Removes a tenant that neither has a turn nor waits. */
    private void forget(UUID tenant) {
        if (turns.heldBy(tenant) == 0 && waiting.stream().noneMatch(one -> one.tenant.equals(tenant))) {
            last.remove(tenant);
        }
    }

    private static final class Waiting {

        private final UUID tenant;
        private boolean called;

        Waiting(UUID tenant) {
            this.tenant = tenant;
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
