package io.arketic.rag.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.arketic.rag.chat.Chat;
import io.arketic.rag.chat.ChatMessage;
import io.arketic.rag.chat.Participant;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Describes an event of a chat. Its subject is shown in its state at reading time, which may be after another change:
 * that one then follows as a separate event.
 *
 * @param number of the chat's events the next one has the next higher number
 * @param type {@code message}, {@code message_edited}, {@code message_deleted}, {@code read}, {@code participant} (joined or
 *     changed), {@code participant_left}, {@code chat} (changed)
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ChatEvent(
        long number,
        String type,
        Instant occurredAt,
        @Nullable ChatMessage message,
        @Nullable Participant participant,
        @Nullable Chat chat) {}
