package io.arketic.rag.limit;

import io.arketic.rag.permission.Permission;
import java.util.Optional;

/** Names a limited activity by the permission of its endpoint, so that a new endpoint has its permission's limit. */
enum Activity {
    LOGIN,
    SIGN_OUT_REPORT,
    PUBLIC_LINK,
    SEARCH,
    CHAT;

    static Optional<Activity> of(Permission permission) {
        return switch (permission) {
            case ACCOUNT_OPEN, SIGN_IN, INVITATION_READ -> Optional.of(LOGIN);
            case SIGN_OUT_REPORT -> Optional.of(SIGN_OUT_REPORT);
            case PUBLIC_LINK_OPEN -> Optional.of(PUBLIC_LINK);
            case KNOWLEDGE_SEARCH -> Optional.of(SEARCH);
            case CHAT_WRITE -> Optional.of(CHAT);
            default -> Optional.empty();
        };
    }
}
