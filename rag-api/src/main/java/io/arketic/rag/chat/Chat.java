package io.arketic.rag.chat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conversation.
 *
 * @param knowledgeBaseIds asked when a message names none; empty asks all that the caller may read
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
        boolean isArchived,
        int messageCount,
        int totalTokensUsed,
        Instant lastActivityAt,
        Instant createdAt,
        List<UUID> knowledgeBaseIds) {}
