package io.arketic.rag.caller;

import io.arketic.rag.caller.Identity.Credential;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the caller of a request by its access token or API key; controllers take it as an argument.
 *
 * @param permission what the endpoint requires, to be held against the caller's role where that is known
 */
public record Caller(Identity identity, Permission permission) {

    /**
     * Returns the same caller with the permission of another endpoint.
     *
     * @throws io.arketic.rag.problem.ProblemException when that endpoint would refuse it
     */
    public Caller doing(Permission other) {
        PermissionInterceptor.require(identity, other);
        return new Caller(identity, other);
    }

    public UUID userId() {
        return identity.userId();
    }

    public SystemRole systemRole() {
        return identity.systemRole();
    }

    /**
     * Returns whether the caller may enter the organization: an API key enters its own, a user every one of its
     * organizations.
     */
    public boolean reaches(UUID organizationId) {
        return !(identity.credential() instanceof Credential.ApiKey key)
                || key.organizationId().equals(organizationId);
    }

    /** Returns whether an organization that requires a second factor may accept the caller. API keys have none. */
    public boolean provedSecondFactor() {
        return standing().map(Credential.Session::secondFactor).orElse(true);
    }

    /** Returns whether the provider with this id vouched for the caller. */
    public boolean signedInThrough(UUID provider) {
        return standing()
                .filter(session -> provider.toString().equals(session.provider()))
                .isPresent();
    }

    /** Returns the organization's provider that opened the caller's session; null for every other credential. */
    public @Nullable UUID organizationsProvider() {
        return identity.credential() instanceof Credential.Session session
                ? session.organizationsProvider().orElse(null)
                : null;
    }

    /** Returns whether the provider of an organization, other than {@code provider}, vouched for the caller. */
    public boolean signedInThroughAnother(@Nullable UUID provider) {
        return standing()
                .flatMap(Credential.Session::organizationsProvider)
                .filter(own -> !own.equals(provider))
                .isPresent();
    }

    /** Refuses a session that an organization's provider opened, where the operation reaches beyond that organization. */
    public void requireWholeAccount() {
        if (signedInThroughAnother(null)) {
            throw new ProblemException(
                    ProblemReason.SIGN_IN_REQUIRED,
                    "An organization's provider opened this session, which counts there only; sign in another way.");
        }
    }

    /** Returns whether the provider with this id vouched for the caller's second factor, too. */
    public boolean provedSecondFactorTo(UUID provider) {
        return standing().filter(Credential.Session::providerFactor).isPresent() && signedInThrough(provider);
    }

    /** Returns the session, or that which made the personal token; empty for an API key. */
    private Optional<Credential.Session> standing() {
        if (identity.credential() instanceof Credential.PersonalToken token) {
            return Optional.of(token.made());
        }
        return identity.credential() instanceof Credential.Session session ? Optional.of(session) : Optional.empty();
    }

    /** Returns whether the caller is a program with a personal token. */
    public boolean hasPersonalToken() {
        return identity.credential() instanceof Credential.PersonalToken;
    }

    /** Returns whether the caller is a program whose personal token was made before this time. */
    public boolean hasTokenFromBefore(@Nullable Instant time) {
        return time != null
                && identity.credential() instanceof Credential.PersonalToken token
                && token.createdAt().isBefore(time);
    }

    /** Returns whether the caller is a program with an API key. */
    public boolean isProgram() {
        return identity.credential() instanceof Credential.ApiKey;
    }

    /** @throws IllegalStateException for an API key or a personal token, which no endpoint without a scope lets in */
    public Credential.Session session() {
        if (identity.credential() instanceof Credential.Session session) {
            return session;
        }
        throw new IllegalStateException("Not a session: " + identity.credential());
    }
}
