package io.arketic.rag.limit;

import io.arketic.rag.permission.Permission;
import java.util.Optional;

/** What is limited, by the permission that the endpoint requires: a new endpoint falls under its permission's limit. */
enum Activity {
    LOGIN,
    SEARCH,
    CHAT;

    static Optional<Activity> of(Permission permission) {
        return switch (permission) {
            case ACCOUNT_OPEN, INVITATION_READ -> Optional.of(LOGIN);
            case KNOWLEDGE_SEARCH -> Optional.of(SEARCH);
            case CHAT_WRITE -> Optional.of(CHAT);
            default -> Optional.empty();
        };
    }
}
