package io.arketic.rag.permission;

import org.jspecify.annotations.Nullable;

/** Names the callers of an operation: everyone from the named one up. */
public enum Audience {
    /** Includes callers without a token. */
    ANYONE(null),
    /** Includes every logged-in user, for its own account and in no organization. */
    USER(null),
    VIEWER(Role.VIEWER),
    MEMBER(Role.MEMBER),
    ADMIN(Role.ADMIN),
    OWNER(Role.OWNER),
    /** Includes administrators of accounts, who see all; no organization's role makes one. */
    SYSTEM_ADMIN(null),
    /** Includes operators of the deployment. */
    SUPER_ADMIN(null),
    /** Includes an organization's directory with its SCIM token, which is no user. */
    DIRECTORY(null);

    private final @Nullable Role leastRole;

    Audience(@Nullable Role leastRole) {
        this.leastRole = leastRole;
    }

    /** Returns the least role in the organization; null if none is required. */
    public @Nullable Role leastRole() {
        return leastRole;
    }

    boolean includes(Role role) {
        return switch (this) {
            case SYSTEM_ADMIN, SUPER_ADMIN, DIRECTORY -> false;
            default -> leastRole == null || role.isAtLeast(leastRole);
        };
    }
}
