package io.arketic.rag.bulkhead;

import io.arketic.rag.connection.TurnedAway;
import io.arketic.rag.problem.ProblemException;
import io.arketic.schema.tenancy.Shares;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.async.CallableProcessingInterceptor;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Limits one kind of work to a number of places. It refuses work without a free place and never waits. Safe for use by
 * several threads.
 */
public final class Bulkhead {

    private static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private final String work;
    private final Shares places;
    private final Counter refused;
    private final TurnedAway turnedAway;

    /** @param work as the metrics call it */
    Bulkhead(String work, int places, Counter refused, TurnedAway turnedAway) {
        this.work = work;
        this.turnedAway = turnedAway;
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
            turnedAway.remember(COME_AGAIN, () -> hasPlace(tenant) ? null : new TurnedAway.Again(refusal(), Map.of()));
            throw refusal();
        }
        return new Place(tenant);
    }

    /**
     * Writes the response of the current request in another thread, in a place that ends with the request.
     *
     * @throws ProblemException as {@link #enter}
     */
    public StreamingResponseBody writing(UUID tenant, StreamingResponseBody body) {
        Place place = enter(tenant);
        if (RequestContextHolder.currentRequestAttributes() instanceof ServletRequestAttributes attributes) {
            WebAsyncUtils.getAsyncManager(attributes.getRequest())
                    .registerCallableInterceptor(place, new CallableProcessingInterceptor() {
                        @Override
                        public <T> void afterCompletion(NativeWebRequest request, Callable<T> task) {
                            place.close();
                        }
                    });
        }
        return target -> {
            try (place) {
                body.writeTo(target);
            }
        };
    }

    private boolean hasPlace(UUID tenant) {
        synchronized (places) {
            return places.hasOneFor(tenant);
        }
    }

    private ProblemException refusal() {
        refused.increment();
        return ProblemException.tooManyRequests("Too many " + work.replace('-', ' ') + " are under way.", COME_AGAIN);
    }

    int underWay() {
        synchronized (places) {
            return places.taken();
        }
    }

    /** Holds a place until it is closed; closing it twice has no effect. */
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
