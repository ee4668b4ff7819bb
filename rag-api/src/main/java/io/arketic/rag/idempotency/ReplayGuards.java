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

    /** @throws ProblemException when the endpoint would refuse the caller now */
    void require(Identity identity, Creation creation) {
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
