package io.arketic.rag.chat;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Someone who takes part in a chat. */
record Participant(
        UUID id,
        UUID userId,
        String firstName,
        String lastName,
        String role,
        boolean canSendMessages,
        boolean canUploadFiles,
        @Nullable UUID lastReadMessageId,
        int messageCount,
        Instant joinedAt) {}
