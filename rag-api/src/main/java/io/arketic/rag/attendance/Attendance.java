package io.arketic.rag.attendance;

import java.util.Collection;
import java.util.function.BooleanSupplier;

/** Whether somebody waits for an answer; once nobody does, the answer is cancelled. */
public final class Attendance implements AutoCloseable {

    private final BooleanSupplier gone;
    private final Cancellation cancellation;
    private final Collection<Attendance> all;
    private boolean over;

    /** @param all of which it is one until it is closed */
    Attendance(BooleanSupplier gone, Cancellation cancellation, Collection<Attendance> all) {
        this.gone = gone;
        this.cancellation = cancellation;
        this.all = all;
    }

    /** When it returns, the answer of whoever has gone is cancelled. */
    synchronized void look() {
        if (!over && gone.getAsBoolean()) {
            over = true;
            cancellation.cancel();
        }
    }

    /** When it returns nobody looks any more, so that the connection may be read by others. */
    @Override
    public synchronized void close() {
        over = true;
        all.remove(this);
    }
}
