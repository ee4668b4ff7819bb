package io.arketic.ingest.flow;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * Limits how much of a scarce resource one tenant holds at once, so that its slow files leave some to others. A
 * tenant's callers receive permits in the order of arrival. Safe for use by several threads.
 */
public final class TenantPermits {

    /** Holds one unit of the resource; close it after the work. */
    public final class Permit implements AutoCloseable {

        private final UUID tenant;
        private final Holder holder;

        private Permit(UUID tenant, Holder holder) {
            this.tenant = tenant;
            this.holder = holder;
        }

        @Override
        public void close() {
            holder.free.release();
            leave(tenant, holder);
        }
    }

    private static final class Holder {

        private final Semaphore free;
        private int users;

        private Holder(int most) {
            free = new Semaphore(most, true);
        }
    }

    private final int most;
    private final Map<UUID, Holder> holders = new HashMap<>();

    /** @param most permits of one tenant at once */
    public TenantPermits(int most) {
        this.most = most;
    }

    /** Waits until the tenant holds less than its maximum. */
    public Permit take(UUID tenant) throws InterruptedException {
        Holder holder = enter(tenant);
        try {
            holder.free.acquire();
        } catch (InterruptedException e) {
            leave(tenant, holder);
            throw e;
        }
        return new Permit(tenant, holder);
    }

    private synchronized Holder enter(UUID tenant) {
        Holder holder = holders.computeIfAbsent(tenant, id -> new Holder(most));
        holder.users++;
        return holder;
    }

    private synchronized void leave(UUID tenant, Holder holder) {
        holder.users--;
        if (holder.users == 0) {
            holders.remove(tenant);
        }
    }
}
