package io.arketic.rag.chat;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What somebody thinks of an answer: {@code up} or {@code down}. */
record Feedback(
        UUID messageId,
        UUID userId,
        String rating,
        @Nullable String comment,
        Instant updatedAt) {}
