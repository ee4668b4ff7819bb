package io.arketic.rag.permission;

import java.util.Locale;

/** What a member is in an organization; each may do whatever the next may. */
public enum Role {
    OWNER,
    ADMIN,
    MEMBER,
    VIEWER;

    /** From the database's or the wire's word for it. */
    public static Role of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isAtLeast(Role other) {
        return compareTo(other) <= 0;
    }
}
