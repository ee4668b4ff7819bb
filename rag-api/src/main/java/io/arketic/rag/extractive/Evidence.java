package io.arketic.rag.extractive;

/**
 * Scores the evidence that a passage is the answer. Each value is between 0 and 1.
 *
 * @param similarity of the passage's sentence to the question in the embedding space, above the model's threshold; 0 where
 *     the model does not know the question's language
 * @param coverage share of the question's content words that the sentence holds, rare words weighing more
 * @param passageCoverage the same for the whole passage
 * @param chunkCoverage the same for the whole chunk with its titles
 * @param chunkSimilarity as {@code similarity}, of the chunk
 * @param place of the chunk among the hits: 1 for the first, 1/2 for the second
 * @param heading share of the question's content words that the heading over the sentence holds
 * @param gap share of the weightiest of the question's words that the chunk with its titles lacks
 * @param names share of the question's names and numbers that the hits of the document hold; 1 where it has none
 * @param pairs share of the question's neighbouring words that are near each other in the chunk
 * @param kind whether the passage may hold what the question asks for: 1, or 0 where it cannot
 * @param fit how well it does so: 1 where the sentence itself holds it or speaks as such answers do, less where only its
 *     passage does
 * @param code how plainly it is about the codes that the question names; 0 where it names none
 * @param lookup 1 where the question asks what stands under a code, else 0
 * @param slight how little the sentence says by its form: 1 for an entry of a list of references, less for a label
 * @param turned 1 where the question says "not" and the sentence does not, else 0
 */
record Evidence(
        double similarity,
        double coverage,
        double passageCoverage,
        double chunkCoverage,
        double chunkSimilarity,
        double place,
        double heading,
        double gap,
        double names,
        double pairs,
        double kind,
        double fit,
        double code,
        double lookup,
        double slight,
        double turned) {

    /** Sets the gap above which the chunk is about another subject than the question's main word. */
    private static final double WIDE_GAP = 0.6;

    /** Returns the rank's score; see RATIONALE.md for the weights. */
    double ranking() {
        return 0.55 * similarity
                + 0.15 * coverage
                + 0.25 * passageCoverage
                + 0.1 * chunkCoverage
                + 0.1 * chunkSimilarity
                + 0.05 * place
                + 0.1 * heading
                + 0.15 * fit
                + 0.3 * code
                - 0.15 * slight;
    }

    /** Returns the probability that the passage answers the question; RATIONALE.md describes its measurement. */
    double confidence(boolean semantic) {
        double logit = semantic
                ? -4.27
                        + 3.14 * similarity
                        + 0.96 * coverage
                        + 2.04 * chunkSimilarity
                        - 0.63 * gap
                        + 1.67 * names
                        + 0.34 * pairs
                        + 0.56 * kind
                        - 2.39 * turned
                        - (gap > WIDE_GAP ? 1.5 : 0)
                : -3.63 + 4.45 * coverage + 3.25 * chunkCoverage + 0.83 * names + 2.58 * pairs;
        return 1 / (1 + Math.exp(-logit - code * (1 + 3 * lookup)));
    }
}
