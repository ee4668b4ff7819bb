package io.arketic.rag.chat;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Holds a user's rating of an answer: {@code up} or {@code down}. */
record Feedback(
        UUID messageId,
        UUID userId,
        String rating,
        @Nullable String comment,
        Instant updatedAt) {}
