package io.arketic.rag.organization;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.util.Locale;
import java.util.UUID;

/**
 * Holds a caller's place in an organization, as it is in the database now.
 *
 * @param expired the trial or the subscription has ended: what is there can be read, and nothing is added
 */
public record Membership(
        UUID organizationId,
        String organizationSlug,
        UUID userId,
        Role role,
        boolean needsSecondFactor,
        boolean expired) {

    public TenantContext context() {
        return TenantContext.of(organizationId, userId);
    }

    boolean permits(Caller caller) {
        return (!needsSecondFactor || caller.provedSecondFactor())
                && caller.permission().allows(role)
                && !(expired && caller.permission().needsSubscription());
    }

    /** Returns itself if the organization accepts the caller and the role allows the caller's operation. */
    Membership permitting(Caller caller) {
        if (needsSecondFactor && !caller.provedSecondFactor()) {
            throw new ProblemException(
                    ProblemReason.SECOND_FACTOR_REQUIRED,
                    "The organization requires a second factor; set one up and log in with it.");
        }
        if (!caller.permission().allows(role)) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN,
                    "This needs the role "
                            + caller.permission().audience().name().toLowerCase(Locale.ROOT) + "; yours is "
                            + role.label() + ".");
        }
        if (expired && caller.permission().needsSubscription()) {
            throw new ProblemException(
                    ProblemReason.SUBSCRIPTION_EXPIRED, "The organization's trial or subscription has ended.");
        }
        return this;
    }
}
