package io.arketic.rag.chat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a conversation.
 *
 * @param chatType {@code direct}: of one person with the model, or of two people; {@code group}; or {@code channel},
 *     which every member of the organization may read
 * @param temperature of answers; {@link #DEFAULT_TEMPERATURE} leaves it to each asker's {@code ai_creativity_level}
 * @param enableAiResponses whether messages are answered unless they say otherwise
 * @param knowledgeScope what a message asks that names no knowledge bases: {@code all} that the caller may read, or the
 *     {@code chosen} ones
 * @param knowledgeBaseIds the chosen ones; empty once all of them are deleted, and then none is asked
 * @param participation the caller's own; null in a channel that the caller has not joined
 */
public record Chat(
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
        String knowledgeScope,
        List<UUID> knowledgeBaseIds,
        @Nullable Participation participation) {

    static final String DIRECT = "direct";
    static final String CHANNEL = "channel";
    /** Stands for none: each asker's creativity decides. */
    static final double DEFAULT_TEMPERATURE = 0.7;

    static final String ALL = "all";
    static final String CHOSEN = "chosen";

    /** Returns whether a message without knowledge bases of its own asks this one. */
    boolean asks(UUID knowledgeBase) {
        return knowledgeBaseIds.contains(knowledgeBase) || knowledgeBaseIds.isEmpty() && knowledgeScope.equals(ALL);
    }
}
