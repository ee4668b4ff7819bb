package io.arketic.schema.search;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a chunk that a signal of a search brought, with its place at each stage.
 *
 * @param start in code points of the document's text
 * @param excerpt the beginning of its text
 * @param vector by similarity; null where it is not among the nearest
 * @param words by its words; null where it is not among the best
 * @param fusion null where it became no candidate: it is less similar than the threshold, or has little content
 * @param enabled whether no user has switched it off
 */
public record StagedChunk(
        UUID chunkId,
        UUID documentId,
        String filename,
        int ordinal,
        int start,
        int end,
        @Nullable Integer page,
        String excerpt,
        @Nullable Place vector,
        @Nullable Place words,
        @Nullable Place fusion,
        boolean enabled) {

    /** @param rank from 1 */
    public record Place(long rank, double score) {}
}
