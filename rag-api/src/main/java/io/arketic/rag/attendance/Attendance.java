package io.arketic.rag.attendance;

import java.util.Collection;
import java.util.function.BooleanSupplier;

/** Watches whether a caller waits for an answer, and cancels the answer when none does. */
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

    /** Checks the caller; when it returns, the answer of a lost caller is cancelled. */
    synchronized void look() {
        if (!over && gone.getAsBoolean()) {
            over = true;
            cancellation.cancel();
        }
    }

    /** Ends the watch; when it returns, others may read the connection. */
    @Override
    public synchronized void close() {
        over = true;
        all.remove(this);
    }
}
