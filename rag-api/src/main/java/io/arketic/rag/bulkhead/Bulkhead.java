package io.arketic.rag.bulkhead;

import io.arketic.rag.connection.TurnedAway;
import io.arketic.rag.problem.ProblemException;
import io.arketic.schema.tenancy.Shares;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
    private final Shares persons;
    private final Counter refused;
    private final TurnedAway turnedAway;

    /** @param work as the metrics call it */
    Bulkhead(String work, int places, Counter refused, TurnedAway turnedAway) {
        this.work = work;
        this.turnedAway = turnedAway;
        this.places = new Shares(places);
        this.persons = new Shares(places);
        this.refused = refused;
    }

    /** @throws ProblemException 429 when all places are taken, or this tenant has its share of them */
    public Place enter(UUID tenant) {
        return enter(tenant, tenant);
    }

    /**
     * Enters for a person, who may belong to many tenants.
     *
     * @throws ProblemException 429 also when this person has a share of the places, as of one tenant
     */
    public Place enter(UUID tenant, UUID person) {
        return place(tenant, person).orElseThrow(() -> {
            turnedAway.remember(
                    COME_AGAIN, () -> hasPlace(tenant, person) ? null : new TurnedAway.Again(refusal(), Map.of()));
            return refusal();
        });
    }

    /**
     * Enters like {@link #enter(UUID)} for work that waits for its place: without one it returns empty, and no refusal
     * counts.
     */
    public Optional<Place> tryEnter(UUID tenant) {
        return place(tenant, tenant);
    }

    private Optional<Place> place(UUID tenant, UUID person) {
        synchronized (places) {
            if (!persons.hasOneFor(person) || !places.take(tenant)) {
                return Optional.empty();
            }
            persons.take(person);
            return Optional.of(new Place(tenant, person));
        }
    }

    /**
     * Writes the response of the current request in another thread, in a place that ends with the request.
     *
     * @throws ProblemException as {@link #enter}
     */
    public StreamingResponseBody writing(UUID tenant, StreamingResponseBody body) {
        return writing(enter(tenant), body);
    }

    /** Writes like {@link #writing(UUID, StreamingResponseBody)}, in a place that was entered to prepare the response. */
    public StreamingResponseBody writing(Place place, StreamingResponseBody body) {
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

    private boolean hasPlace(UUID tenant, UUID person) {
        synchronized (places) {
            return persons.hasOneFor(person) && places.hasOneFor(tenant);
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
        private final UUID person;
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(UUID tenant, UUID person) {
            this.tenant = tenant;
            this.person = person;
        }

        @Override
        public void close() {
            if (left.compareAndSet(false, true)) {
                synchronized (places) {
                    places.giveBack(tenant);
                    persons.giveBack(person);
                }
            }
        }
    }
}
