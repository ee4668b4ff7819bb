package io.arketic.rag.answer;

import io.arketic.rag.deployment.Sender;
import org.jspecify.annotations.Nullable;

/** Whether somebody waits for an answer; once nobody does, the answer is cancelled. */
final class Attendance implements AutoCloseable {

    private final @Nullable Sender sender;
    private final Cancellation cancellation;
    private boolean over;

    Attendance(@Nullable Sender sender, Cancellation cancellation) {
        this.sender = sender;
        this.cancellation = cancellation;
    }

    synchronized void look() {
        if (!over && sender != null && sender.hasGone()) {
            over = true;
            cancellation.cancel();
        }
    }

    /** When it returns nobody looks any more, so that the connection may be read by others. */
    @Override
    public synchronized void close() {
        over = true;
    }
}
