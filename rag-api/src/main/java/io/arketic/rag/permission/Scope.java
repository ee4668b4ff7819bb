package io.arketic.rag.permission;

import java.util.Locale;

/** What an organization's API key may be allowed; what no scope covers, no key may do. */
public enum Scope {
    READ,
    SEARCH,
    CHAT,
    WRITE;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
