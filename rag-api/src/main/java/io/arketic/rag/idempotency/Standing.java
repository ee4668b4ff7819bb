package io.arketic.rag.idempotency;

import io.arketic.rag.idempotency.Creations.Creation;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.identity.Identity;
import io.arketic.rag.identity.Identity.Credential.ApiKey;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Whether a caller may still do what it once did: roles, scopes and subscriptions change, stored answers do not. */
@Component
class Standing {

    private static final String ORGANIZATION = "organization";

    private final Memberships memberships;

    Standing(Memberships memberships) {
        this.memberships = memberships;
    }

    /** @throws ProblemException when the endpoint would refuse the caller now */
    void require(Identity identity, Creation creation) {
        Caller caller = new Caller(identity, creation.permission()).doing(creation.permission());
        if (creation.permission().audience().leastRole() == null) {
            return;
        }
        List<UUID> organization = ids(Stream.ofNullable(creation.places().get(ORGANIZATION)));
        List<UUID> things = ids(creation.places().values().stream());
        if (!organization.isEmpty()) {
            memberships.require(caller, organization.get(0));
        } else if (!things.isEmpty()) {
            memberships.requireHome(caller, things);
        } else if (identity.credential() instanceof ApiKey key) {
            memberships.require(caller, key.organizationId());
        }
    }

    private static List<UUID> ids(Stream<String> places) {
        return places.flatMap(place -> {
                    try {
                        return Stream.of(UUID.fromString(place));
                    } catch (IllegalArgumentException noId) {
                        return Stream.empty();
                    }
                })
                .toList();
    }
}
