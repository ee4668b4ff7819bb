package io.arketic.rag.permission;

import java.util.Locale;

/** Names what an organization's API key may be allowed; no key may do what no scope covers. */
public enum Scope {
    READ,
    SEARCH,
    CHAT,
    WRITE;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
