package io.arketic.rag.organization;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.connection.RequestThreads;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a caller's place in an organization, as it is in the database now.
 *
 * @param provider that the organization's members sign in through; null without one
 * @param needsProvider whether a login with the password does not count; it always does for owners, so that a failing
 *     provider locks no organization out
 * @param acceptsPrograms whether API keys and personal tokens are let in
 * @param returnedAt when the membership was given back; null for one that never ended
 * @param expired the trial or the subscription has ended: what is there can be read, and nothing is added
 */
public record Membership(
        UUID organizationId,
        String organizationSlug,
        UUID userId,
        Role role,
        boolean needsSecondFactor,
        @Nullable UUID provider,
        boolean needsProvider,
        boolean expired,
        boolean acceptsPrograms,
        @Nullable Instant returnedAt) {

    /** Stands for a reader without an account: no user has this id, so nothing personal is visible. */
    public static final UUID GUEST = new UUID(0, 0);

    public boolean isGuest() {
        return userId.equals(GUEST);
    }

    public TenantContext context() {
        return TenantContext.of(organizationId, userId);
    }

    boolean permits(Caller caller) {
        return !refusesProgram(caller)
                && !caller.hasTokenFromBefore(returnedAt)
                && !lacksSecondFactor(caller)
                && !lacksProvider(caller)
                && !caller.signedInThroughAnother(provider)
                && caller.permission().allows(role)
                && !(expired && caller.permission().needsSubscription());
    }

    /** Returns itself if the organization accepts the caller and the role allows the caller's operation. */
    Membership permitting(Caller caller) {
        RequestThreads.belongsTo(organizationId);
        if (refusesProgram(caller)) {
            throw new ProblemException(
                    ProblemReason.API_ACCESS_OFF, "enable_api_access is off in the organization's settings.");
        }
        if (caller.hasTokenFromBefore(returnedAt)) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN,
                    "The personal token is older than your present membership of the organization; make a new one.");
        }
        if (lacksProvider(caller)) {
            throw new ProblemException(
                    ProblemReason.SIGN_IN_REQUIRED, "The organization requires the sign-in through its provider.");
        }
        if (caller.signedInThroughAnother(provider)) {
            throw new ProblemException(
                    ProblemReason.SIGN_IN_REQUIRED,
                    "Another organization's provider opened this session; sign in another way.");
        }
        if (lacksSecondFactor(caller)) {
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
        LetIn.note(organizationId);
        return this;
    }

    /** API keys were held against the setting when they were read. */
    private boolean refusesProgram(Caller caller) {
        return caller.hasPersonalToken() && !acceptsPrograms;
    }

    private boolean lacksSecondFactor(Caller caller) {
        return needsSecondFactor
                && !caller.provedSecondFactor()
                && (provider == null || !caller.provedSecondFactorTo(provider));
    }

    private boolean lacksProvider(Caller caller) {
        return needsProvider
                && provider != null
                && role != Role.OWNER
                && !caller.isProgram()
                && !caller.signedInThrough(provider);
    }
}
