package io.arketic.rag.organization;

import io.arketic.rag.identity.Caller;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.TenantContext;
import java.util.Locale;
import java.util.UUID;

/** A caller's place in an organization, as it stands in the database now. */
public record Membership(UUID organizationId, String organizationSlug, UUID userId, Role role) {

    public TenantContext context() {
        return TenantContext.of(organizationId, userId);
    }

    /** Itself, where the role allows what the caller is about to do. */
    Membership permitting(Caller caller) {
        if (!caller.permission().allows(role)) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN,
                    "This needs the role "
                            + caller.permission().audience().name().toLowerCase(Locale.ROOT) + "; yours is "
                            + role.label() + ".");
        }
        return this;
    }
}
