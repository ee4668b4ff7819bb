package io.arketic.rag.answer;

/**
 * How much speaks for a sentence being the answer. Each between 0 and 1.
 *
 * @param similarity of the sentence to the question in the embedding space, above the model's threshold; 0 where the model
 *     does not know the question's language
 * @param coverage share of the question's content words that the sentence holds, rare words weighing more
 * @param chunkCoverage the same for the whole chunk with its titles
 * @param chunkSimilarity as {@code similarity}, of the chunk
 * @param gap share of the weightiest of the question's words that the chunk with its titles lacks
 * @param names share of the question's names and numbers that the chunk with its titles holds; 1 where it has none
 * @param pairs share of the question's neighbouring words that are near each other in the chunk
 * @param kind whether the sentence may hold what the question asks for: 1, or 0 where it cannot
 * @param turned 1 where the question says "not" and the sentence does not, else 0
 */
record Evidence(
        double similarity,
        double coverage,
        double chunkCoverage,
        double chunkSimilarity,
        double gap,
        double names,
        double pairs,
        double kind,
        double turned) {

    /** See RATIONALE.md for where the weights come from. */
    double ranking() {
        return 0.55 * similarity + 0.35 * coverage + 0.1 * chunkCoverage + 0.1 * kind;
    }

    /** Probability that the sentence answers the question; RATIONALE.md says what it was measured on. */
    double confidence(boolean semantic) {
        double logit = semantic
                ? -4.23
                        + 3.14 * similarity
                        + 0.96 * coverage
                        + 2.04 * chunkSimilarity
                        - 0.63 * gap
                        + 1.67 * names
                        + 0.34 * pairs
                        + 0.56 * kind
                        - 2.39 * turned
                : -3.63 + 4.45 * coverage + 3.25 * chunkCoverage + 0.83 * names + 2.58 * pairs;
        return 1 / (1 + Math.exp(-logit));
    }
}
