package io.arketic.embeddings;

import java.util.Set;

/**
 * Describes a model to its callers.
 *
 * @param id as stored with every vector it made; vectors of different ids are never compared
 * @param maxTokens longest input, special tokens included
 * @param queryPrefix put before questions; empty where the model wants none
 * @param defaultSimilarityThreshold cosine below which a passage has, in this model's space, nothing to do with the
 *     question
 * @param languages that it was trained for, as two-letter codes; empty where it knows many
 */
public record EmbeddingSpec(
        String id,
        int dimensions,
        int maxTokens,
        String queryPrefix,
        double defaultSimilarityThreshold,
        Set<String> languages) {

    public EmbeddingSpec {
        languages = Set.copyOf(languages);
    }
}
