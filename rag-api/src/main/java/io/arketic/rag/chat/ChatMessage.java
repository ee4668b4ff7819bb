package io.arketic.rag.chat;

import io.arketic.rag.answer.Citation;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One message.
 *
 * @param senderId null for the model's own
 * @param aiConfidenceScore from 0 to 1; null for messages of people
 */
record ChatMessage(
        UUID id,
        UUID chatId,
        @Nullable UUID senderId,
        @Nullable UUID replyToId,
        String messageType,
        String content,
        @Nullable String aiModelUsed,
        @Nullable Integer tokensUsed,
        @Nullable Integer processingTimeMs,
        @Nullable Double aiConfidenceScore,
        String status,
        Instant createdAt,
        List<Citation> citations) {}
