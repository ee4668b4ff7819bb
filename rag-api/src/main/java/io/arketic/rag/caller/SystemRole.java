package io.arketic.rag.caller;

import java.util.Locale;

/**
 * Names what an account may do beyond its organizations: a viewer only reads, admins see accounts, super admins change
 * them.
 */
public enum SystemRole {
    SUPER_ADMIN,
    ADMIN,
    USER,
    VIEWER;

    public boolean mayWrite() {
        return this != VIEWER;
    }

    public static SystemRole of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
