package io.arketic.rag.generation;

import io.arketic.rag.knowledge.FailureAdvice;
import io.arketic.schema.generation.GenerationState;
import io.arketic.schema.generation.IndexGeneration;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Holds a generation of a knowledge base's index and its progress, as clients see it.
 *
 * @param state building, ready, active, retired, failed, cancelled or pruned
 * @param etaSeconds until nothing is missing, at the speed of the last minute; null when that is not known
 * @param problem why it does not get on or has failed
 * @param advice what to do about that
 * @param resumesAt when it is tried again
 */
record Generation(
        int generation,
        String state,
        String embeddingModel,
        int chunkSize,
        int chunkOverlap,
        long documents,
        long documentsDone,
        long chunks,
        long chunksReused,
        long documentsPerMinute,
        @Nullable Long etaSeconds,
        @Nullable String problem,
        @Nullable String detail,
        @Nullable String advice,
        @Nullable Instant resumesAt,
        Instant createdAt,
        @Nullable Instant readyAt,
        @Nullable Instant activatedAt) {

    static Generation of(IndexGeneration stored) {
        Duration remaining = stored.remaining();
        String problem = stored.problem();
        return new Generation(
                stored.generation(),
                stored.state().label(),
                stored.embeddingModel(),
                stored.chunkSize(),
                stored.chunkOverlap(),
                stored.documents(),
                stored.documentsDone(),
                stored.chunks(),
                stored.chunksReused(),
                stored.documentsPerMinute(),
                remaining == null ? null : remaining.toSeconds(),
                problem,
                stored.problemDetail(),
                problem == null ? null : FailureAdvice.of(problem),
                stored.resumeAt(),
                stored.createdAt(),
                stored.readyAt(),
                stored.activatedAt());
    }

    /** Returns whether it was begun and neither activated nor cancelled. */
    boolean begun() {
        return state.equals(GenerationState.BUILDING.label()) || state.equals(GenerationState.READY.label());
    }
}
