package io.arketic.schema.tenancy;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Shares places between tenants. A tenant without a place gets any free one. A tenant with places gets another while it
 * has less than four times as many as would stay free beside the last one. So a single tenant gets about four fifths,
 * each of several busy ones about the same, and there is nearly always a place for one more.
 *
 * <p>Not safe for use by several threads.
 */
public final class Shares {

    private static final int WEIGHT = 4;

    private final int places;
    private final Map<UUID, Integer> held = new HashMap<>();
    private int taken;

    public Shares(int places) {
        this.places = places;
    }

    /** Takes a place for the tenant; returns whether there was one. */
    public boolean take(UUID tenant) {
        if (!hasOneFor(tenant)) {
            return false;
        }
        held.merge(tenant, 1, Integer::sum);
        taken++;
        return true;
    }

    public boolean hasOneFor(UUID tenant) {
        int own = heldBy(tenant);
        int free = places - taken;
        return own == 0 ? free >= 1 : own < WEIGHT * (free - 1);
    }

    public void giveBack(UUID tenant) {
        held.computeIfPresent(tenant, (id, own) -> own == 1 ? null : own - 1);
        taken--;
    }

    int heldBy(UUID tenant) {
        return held.getOrDefault(tenant, 0);
    }

    public int taken() {
        return taken;
    }
}
