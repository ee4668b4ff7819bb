package io.arketic.rag.caller;

import io.arketic.rag.caller.Identity.Credential;
import io.arketic.rag.permission.Permission;
import java.util.UUID;

/**
 * Who sends the request, as its access token or API key proves; controllers take it as an argument.
 *
 * @param permission what the endpoint requires, to be held against the caller's role where that is known
 */
public record Caller(Identity identity, Permission permission) {

    /**
     * The same caller, about to do what another endpoint requires a permission for.
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

    /** An API key reaches its own organization, a person every one that it belongs to. */
    public boolean reaches(UUID organizationId) {
        return !(identity.credential() instanceof Credential.ApiKey key)
                || key.organizationId().equals(organizationId);
    }

    /** Whether an organization that requires a second factor may let the caller in. API keys have none to show. */
    public boolean provedSecondFactor() {
        return !(identity.credential() instanceof Credential.Session session) || session.secondFactor();
    }

    /** @throws IllegalStateException for an API key, which no endpoint without a scope lets in */
    public Credential.Session session() {
        if (identity.credential() instanceof Credential.Session session) {
            return session;
        }
        throw new IllegalStateException("Not a session: " + identity.credential());
    }
}
