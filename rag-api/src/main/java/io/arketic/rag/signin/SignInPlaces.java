package io.arketic.rag.signin;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Limits the threads that wait for providers. An organization's provider delays neither the sign-ins through the
 * deployment's providers, nor more than a few of other organizations.
 */
@Component
class SignInPlaces {

    private static final int OF_AN_ORGANIZATION = 2;
    private static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private final Bulkhead deployments;
    private final Bulkhead organizations;
    private final Bulkhead reports;
    private final Map<UUID, Integer> taken = new ConcurrentHashMap<>();

    SignInPlaces(Bulkheads bulkheads) {
        this.deployments = bulkheads.of(Kind.SIGN_INS);
        this.organizations = bulkheads.of(Kind.ORGANIZATION_SIGN_INS);
        this.reports = bulkheads.of(Kind.SIGN_OUT_REPORTS);
    }

    /** Holds a place until it is closed. */
    interface Place extends AutoCloseable {

        @Override
        void close();
    }

    /** @throws ProblemException 429 without a free place */
    Place enter(Provider provider) {
        UUID organization = provider.organizationId();
        return organization == null ? deployments.enter(key(provider))::close : enter(organization);
    }

    /**
     * Enters for work of an organization that waits for others.
     *
     * @throws ProblemException 429 without a free place
     */
    Place enter(UUID organization) {
        if (taken.merge(organization, 1, Integer::sum) > OF_AN_ORGANIZATION) {
            leave(organization);
            throw ProblemException.tooManyRequests("Too many sign-ins of this organization are under way.", COME_AGAIN);
        }
        try {
            Bulkhead.Place place = organizations.enter(organization);
            return () -> {
                place.close();
                leave(organization);
            };
        } catch (ProblemException full) {
            leave(organization);
            throw full;
        }
    }

    /** @throws ProblemException 429 without a free place */
    Place enterReport(Provider provider) {
        return reports.enter(key(provider))::close;
    }

    private void leave(UUID organization) {
        taken.computeIfPresent(organization, (id, places) -> places == 1 ? null : places - 1);
    }

    private static UUID key(Provider provider) {
        return UUID.nameUUIDFromBytes(provider.id().getBytes(StandardCharsets.UTF_8));
    }
}
