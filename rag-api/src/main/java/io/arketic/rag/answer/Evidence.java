package io.arketic.rag.answer;

/**
 * How much speaks for a sentence being the answer. Each between 0 and 1.
 *
 * @param similarity of the sentence to the question in the embedding space, above the model's threshold; 0 where the model
 *     does not know the question's language
 * @param coverage share of the question's content words that the sentence holds, rare words weighing more
 * @param chunkCoverage the same for the whole chunk with its titles
 * @param chunkSimilarity as {@code similarity}, of the chunk
 */
record Evidence(double similarity, double coverage, double chunkCoverage, double chunkSimilarity) {

    /** See RATIONALE.md for where the weights come from. */
    double ranking() {
        return 0.55 * similarity + 0.35 * coverage + 0.1 * chunkCoverage;
    }

    /** Probability that the sentence answers the question. */
    double confidence(boolean semantic) {
        double logit = semantic
                ? -3.8 + 6.0 * similarity + 3.0 * coverage + 1.5 * chunkCoverage
                : -2.0 + 4.0 * coverage + 1.5 * chunkCoverage;
        return 1 / (1 + Math.exp(-logit));
    }
}
