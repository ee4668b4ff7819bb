package io.arketic.rag.caller;

import io.arketic.rag.permission.Scope;
import java.util.Set;
import java.util.UUID;

/** For whom a request acts, and by what it proved that. */
public record Identity(UUID userId, SystemRole systemRole, Credential credential) {

    /** What a request carries. */
    public sealed interface Credential {

        /**
         * An access token.
         *
         * @param secondFactor whether the login was opened, or strengthened since, with a second factor
         */
        record Session(UUID id, boolean secondFactor) implements Credential {}

        /** An organization's key, which acts for who made it, there and within its scopes only. */
        record ApiKey(UUID id, UUID organizationId, Set<Scope> scopes) implements Credential {

            public ApiKey {
                scopes = Set.copyOf(scopes);
            }
        }
    }
}
