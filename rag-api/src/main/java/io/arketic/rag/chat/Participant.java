package io.arketic.rag.chat;

import io.arketic.rag.listing.EntityTag;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a participant of a chat.
 *
 * @param updatedAt when what it is and may was last changed; the ETag
 */
public record Participant(
        UUID id,
        UUID userId,
        String firstName,
        String lastName,
        String role,
        boolean canSendMessages,
        boolean canUploadFiles,
        @Nullable UUID lastReadMessageId,
        int messageCount,
        Instant joinedAt,
        Instant updatedAt) {

    EntityTag tag() {
        return EntityTag.of(updatedAt);
    }
}
