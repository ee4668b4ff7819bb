package io.arketic.rag.chat;

import io.arketic.rag.permission.Role;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds the caller's own place in a chat.
 *
 * @param id of the caller as a participant
 * @param unreadCount messages of others since the last one read or since joining; it is not counted beyond 1000
 */
record Participation(
        UUID id,
        String role,
        boolean canSendMessages,
        boolean canUploadFiles,
        boolean isMuted,
        @Nullable UUID lastReadMessageId,
        int unreadCount) {

    /** Returns whether the caller may write; viewers only read, whatever they were allowed before. */
    boolean sends() {
        return canSendMessages && Role.of(role) != Role.VIEWER;
    }

    boolean uploads() {
        return canUploadFiles && sends();
    }

    boolean administers() {
        return Role.of(role).isAtLeast(Role.ADMIN);
    }

    boolean owns() {
        return Role.of(role) == Role.OWNER;
    }
}
