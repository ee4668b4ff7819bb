package io.arketic.rag.caller;

import io.arketic.rag.permission.Scope;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Says for whom a request acts, and by which credential. */
public record Identity(UUID userId, SystemRole systemRole, Credential credential) {

    /** Represents the credential of a request. */
    public sealed interface Credential {

        /** Is the length of the id of an organization's provider; the names of the deployment's are shorter. */
        int ID_LENGTH = 36;

        UUID id();

        /**
         * Identifies an access token's session.
         *
         * @param secondFactor whether the login was opened, or strengthened since, with a second factor
         * @param provider that the user signed in through; null after a login with the password
         * @param providerFactor whether the provider asked for a second factor, as far as its organization trusts it
         */
        record Session(
                UUID id, boolean secondFactor, @Nullable String provider, boolean providerFactor)
                implements Credential {

            /** Returns the id of the organization's provider that opened the session; the deployment's have names instead. */
            public Optional<UUID> organizationsProvider() {
                return Optional.ofNullable(provider)
                        .filter(id -> id.length() == ID_LENGTH)
                        .map(UUID::fromString);
            }
        }

        /**
         * Identifies a personal token, which acts for its user within its scopes. It counts like the session that made
         * it.
         *
         * @param made the second factor and the provider of that session, under the token's id
         * @param createdAt when the token was made
         */
        record PersonalToken(Session made, Set<Scope> scopes, Instant createdAt) implements Credential {

            public PersonalToken {
                scopes = Set.copyOf(scopes);
            }

            @Override
            public UUID id() {
                return made.id();
            }
        }

        /** Identifies an organization's key, which acts for its maker, only there and within its scopes. */
        record ApiKey(UUID id, UUID organizationId, Set<Scope> scopes) implements Credential {

            public ApiKey {
                scopes = Set.copyOf(scopes);
            }
        }
    }
}
