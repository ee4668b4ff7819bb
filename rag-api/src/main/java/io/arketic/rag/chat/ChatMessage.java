package io.arketic.rag.chat;

import io.arketic.rag.answer.Citation;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds one message.
 *
 * @param senderId null for the model's own
 * @param content empty for one that was deleted
 * @param aiConfidenceScore from 0 to 1; null for messages of people
 * @param status of a user's message: {@code read} by all other participants that were there, {@code delivered} to some
 *     of them, else {@code sent}; of an answer, {@code sent} or {@code failed}
 * @param failureReason of an answer with the status {@code failed}: the last part of the problem's type
 */
public record ChatMessage(
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
        @Nullable String failureReason,
        boolean isEdited,
        boolean isDeleted,
        Instant createdAt,
        Instant updatedAt,
        List<Citation> citations,
        @Nullable ChatFile file) {

    ChatMessage with(List<Citation> sources, @Nullable ChatFile attached, String seen) {
        return new ChatMessage(
                id,
                chatId,
                senderId,
                replyToId,
                messageType,
                content,
                aiModelUsed,
                tokensUsed,
                processingTimeMs,
                aiConfidenceScore,
                seen,
                failureReason,
                isEdited,
                isDeleted,
                createdAt,
                updatedAt,
                sources,
                attached);
    }
}
