package io.arketic.schema.generation;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Describes a generation of a knowledge base's index and its progress.
 *
 * @param documents that it should hold
 * @param documentsDone that it holds in their current version
 * @param chunks that it has of those
 * @param chunksReused of these, how many took a vector that was known
 * @param documentsPerMinute in the last minute
 * @param remaining at the speed of the last minute, by the documents' sizes; null when that is not known
 * @param problem why it does not get on or has failed; null when it does
 * @param resumeAt when it is tried again
 */
public record IndexGeneration(
        int generation,
        GenerationState state,
        String embeddingModel,
        int chunkSize,
        int chunkOverlap,
        long documents,
        long documentsDone,
        long chunks,
        long chunksReused,
        long documentsPerMinute,
        @Nullable Duration remaining,
        @Nullable String problem,
        @Nullable String problemDetail,
        @Nullable Instant resumeAt,
        Instant createdAt,
        @Nullable Instant readyAt,
        @Nullable Instant activatedAt) {}
