package io.arketic.rag.permission;

import org.jspecify.annotations.Nullable;

/** Who may do something: everybody from the named one up. */
public enum Audience {
    /** Also who has shown no token. */
    ANYONE(null),
    /** Whoever is logged in, for its own account and in no organization. */
    USER(null),
    VIEWER(Role.VIEWER),
    MEMBER(Role.MEMBER),
    ADMIN(Role.ADMIN),
    OWNER(Role.OWNER),
    /** Those who look after accounts, and see all; no organization's role makes one. */
    SYSTEM_ADMIN(null),
    /** Operators of the deployment. */
    SUPER_ADMIN(null);

    private final @Nullable Role leastRole;

    Audience(@Nullable Role leastRole) {
        this.leastRole = leastRole;
    }

    /** The least role in the organization; null where none is asked for. */
    public @Nullable Role leastRole() {
        return leastRole;
    }

    boolean includes(Role role) {
        return this != SYSTEM_ADMIN && this != SUPER_ADMIN && (leastRole == null || role.isAtLeast(leastRole));
    }
}
