package io.arketic.rag.bulkhead;

import io.arketic.rag.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** The places of one kind of work. Nobody waits for one: what finds none is refused, to come again. Safe for use by several threads. */
public final class Bulkhead {

    private static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private final Kind kind;
    private final Shares places;
    private final Counter refused;

    Bulkhead(Kind kind, int places, Counter refused) {
        this.kind = kind;
        this.places = new Shares(places);
        this.refused = refused;
    }

    /** @throws ProblemException 429 when all places are taken, or this tenant has its share of them */
    public Place enter(UUID tenant) {
        boolean entered;
        synchronized (places) {
            entered = places.take(tenant);
        }
        if (!entered) {
            refused.increment();
            throw ProblemException.tooManyRequests(
                    "Too many " + kind.label().replace('-', ' ') + " are under way.", COME_AGAIN);
        }
        return new Place(tenant);
    }

    int underWay() {
        synchronized (places) {
            return places.taken();
        }
    }

    /** Held until it is closed; closing it twice does nothing. */
    public final class Place implements AutoCloseable {

        private final UUID tenant;
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(UUID tenant) {
            this.tenant = tenant;
        }

        @Override
        public void close() {
            if (left.compareAndSet(false, true)) {
                synchronized (places) {
                    places.giveBack(tenant);
                }
            }
        }
    }
}
