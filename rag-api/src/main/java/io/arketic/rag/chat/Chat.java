package io.arketic.rag.chat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conversation.
 *
 * @param chatType {@code direct}: of one person with the model, or of two people; {@code group}; or {@code channel},
 *     which every member of the organization may read
 * @param enableAiResponses whether messages are answered unless they say otherwise
 * @param knowledgeBaseIds asked when a message names none; empty asks all that the caller may read
 * @param participation the caller's own; null in a channel that the caller has not joined
 */
record Chat(
        UUID id,
        UUID organizationId,
        UUID creatorId,
        String title,
        String chatType,
        @Nullable String aiModel,
        @Nullable String systemPrompt,
        double temperature,
        boolean enableAiResponses,
        boolean isArchived,
        int messageCount,
        int totalTokensUsed,
        Instant lastActivityAt,
        Instant createdAt,
        Instant updatedAt,
        List<UUID> knowledgeBaseIds,
        @Nullable Participation participation) {

    static final String DIRECT = "direct";
    static final String CHANNEL = "channel";
}
