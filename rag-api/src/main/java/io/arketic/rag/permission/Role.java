package io.arketic.rag.permission;

import java.util.Locale;

/** Names a member's role in an organization; each may do whatever the next may. */
public enum Role {
    OWNER,
    ADMIN,
    MEMBER,
    VIEWER;

    /** Parses the label in the database and in requests. */
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
