package io.arketic.schema.search;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says at which stage a search lost a passage.
 *
 * @param status of the document
 * @param characters of its text, in code points; null where there is none
 * @param generation that is searched
 * @param cut whether a chunk of any generation holds the passage
 * @param passage in the generation that is searched; null where it has none
 */
public record SearchExplanation(
        String filename,
        String status,
        @Nullable String processingError,
        @Nullable Integer characters,
        int generation,
        boolean cut,
        @Nullable Passage passage) {

    /**
     * Describes the chunk that holds the passage; of several, the one that came farthest.
     *
     * @param enabled whether no user has switched it off, or such chunks are to be shown
     * @param fits whether the filter leaves it
     * @param hidden whether it says next to nothing, so that the search leaves it out
     * @param similarity cosine; null where the question was not embedded for its model
     * @param threshold least similarity of what is found by its vector alone
     * @param vectorPlace by similarity among all that the filter leaves, from 1
     * @param byVector whether it is among the nearest that become candidates
     * @param words word score; null where it has none of the question's words
     * @param byWords whether it is among the best that become candidates
     * @param score of the fusion; null where it is no candidate
     * @param place by that score, from 1
     * @param candidates that were fused
     */
    public record Passage(
            UUID chunkId,
            int ordinal,
            int start,
            int end,
            @Nullable Integer page,
            boolean enabled,
            boolean fits,
            boolean hidden,
            @Nullable Double similarity,
            double threshold,
            @Nullable Long vectorPlace,
            boolean byVector,
            @Nullable Double words,
            @Nullable Long wordsPlace,
            boolean byWords,
            @Nullable Double score,
            @Nullable Long place,
            long candidates) {}
}
