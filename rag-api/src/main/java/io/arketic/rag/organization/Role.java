package io.arketic.rag.organization;

import java.util.Locale;

/** What a member may do in an organization. */
public enum Role {
    OWNER,
    ADMIN,
    MEMBER,
    VIEWER;

    public boolean mayWrite() {
        return this != VIEWER;
    }

    static Role of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
