package io.arketic.extractors.chunk;

/**
 * Says how a knowledge base wants its documents cut.
 *
 * @param size longest chunk, in characters (Unicode code points)
 * @param overlap characters that neighbouring chunks share at most; less than {@code size}
 * @param maxTokens longest chunk in the embedding model's tokens
 */
public record ChunkingOptions(int size, int overlap, int maxTokens) {

    public ChunkingOptions {
        if (size < 1) {
            throw new IllegalArgumentException("chunk size must be at least 1: " + size);
        }
        if (overlap < 0 || overlap >= size) {
            throw new IllegalArgumentException(
                    "chunk overlap must be from 0 to below the size " + size + ": " + overlap);
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens must be at least 1: " + maxTokens);
        }
    }
}
