package io.arketic.rag.profile;

import java.util.Locale;

/** Is how long a user wants answers; stored in {@code user_preferences.ai_response_style}. */
public enum ResponseStyle {
    CONCISE,
    BALANCED,
    DETAILED;

    /** Reads a stored style; one that is unknown is balanced. */
    static ResponseStyle of(String stored) {
        for (ResponseStyle style : values()) {
            if (style.name().toLowerCase(Locale.ROOT).equals(stored)) {
                return style;
            }
        }
        return BALANCED;
    }
}
