package io.arketic.embeddings;

import java.util.List;

/**
 * Reads a question together with each passage and says how well they belong together. Safe for use by several threads.
 */
public interface Reranker extends AutoCloseable {

    /**
     * Scores passages. An interrupt ends the call.
     *
     * @return a finite score for each passage, in their order, higher is better; of two calls they do not compare
     * @throws EmbeddingException when the model cannot answer, or answers anything else
     */
    double[] score(String question, List<String> passages) throws EmbeddingException;

    @Override
    void close();
}
