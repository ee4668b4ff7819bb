package io.arketic.rag.idempotency;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.Identity;
import io.arketic.rag.caller.Identity.Credential.ApiKey;
import io.arketic.rag.idempotency.Creations.Creation;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Checks whether a caller may still do what it once did: roles, scopes and subscriptions change, stored answers do not.
 */
@Component
class ReplayGuards {

    private static final String ORGANIZATION = "organization";

    private final Memberships memberships;
    private final List<ReplayGuard> checks;

    ReplayGuards(Memberships memberships, List<ReplayGuard> checks) {
        this.memberships = memberships;
        this.checks = checks;
    }

    /**
     * @param letIn the organization that let the caller in; null where none did
     * @throws ProblemException when the endpoint would refuse the caller now
     */
    void require(Identity identity, Creation creation, @Nullable UUID letIn) {
        Caller caller = new Caller(identity, creation.permission()).doing(creation.permission());
        if (creation.permission().audience().leastRole() == null) {
            return;
        }
        Map<String, UUID> places = ids(creation.places());
        UUID organization = places.get(ORGANIZATION);
        if (organization != null) {
            memberships.require(caller, organization);
        } else if (!places.isEmpty()) {
            memberships.requireHome(caller, List.copyOf(places.values()));
        } else if (identity.credential() instanceof ApiKey key) {
            memberships.require(caller, key.organizationId());
        } else if (letIn != null) {
            memberships.require(caller, letIn);
        } else {
            throw ProblemException.notFound("organization");
        }
        checks.forEach(check -> check.require(caller, places));
    }

    private static Map<String, UUID> ids(Map<String, String> places) {
        Map<String, UUID> ids = new TreeMap<>();
        places.forEach((name, place) -> {
            try {
                ids.put(name, UUID.fromString(place));
            } catch (IllegalArgumentException noId) {
                // a word of the address
            }
        });
        return ids;
    }
}
