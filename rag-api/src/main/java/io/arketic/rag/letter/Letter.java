package io.arketic.rag.letter;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a mail of a workflow to one member.
 *
 * @param step of the run that sends it
 * @param asksUntil the end of the question that it asks: until then the delivered mail has a link that decides; null if
 *     it asks for no decision
 */
public record Letter(
        UUID executionId,
        String step,
        UUID userId,
        String subject,
        String content,
        @Nullable Instant asksUntil) {}
