package io.arketic.ingest;

import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.object.IngestOutcome;
import io.arketic.ingest.object.IngestOutcome.End;
import io.arketic.ingest.object.IngestServices;
import io.arketic.ingest.queue.EventText;
import io.arketic.schema.ledger.ObjectQueue.Leased;
import java.time.Duration;
import java.util.function.Consumer;

/** Looks at a leased object for each of its events, and settles it. Safe for use by several threads. */
final class QueuedLook {

    /** Sets how long an object rests that changes at each look, so that it does not hold a thread most of the time. */
    private static final Duration REST = Duration.ofMinutes(1);

    private final IngestServices services;
    private final Consumer<IngestOutcome> outcomes;

    QueuedLook(IngestServices services, Consumer<IngestOutcome> outcomes) {
        this.services = services;
        this.outcomes = outcomes;
    }

    /**
     * Settles the object only after all its looks: another process would look again. An object that was returned is
     * not settled. The queue leases it again, with the same events, a minute later.
     *
     * @return whether the object is settled
     */
    boolean look(Leased object) throws Exception {
        for (String event : object.events()) {
            IngestOutcome outcome = services.ingest()
                    .look(EventText.parse(event))
                    .afterWaiting(object.waited().toMillis());
            outcomes.accept(outcome);
            if (outcome.end() == End.RETURNED) {
                Retry.standard().run("return", () -> services.queue().giveBack(object, REST));
                return false;
            }
        }
        Retry.standard().run("settle", () -> services.queue().settle(object));
        return true;
    }
}
