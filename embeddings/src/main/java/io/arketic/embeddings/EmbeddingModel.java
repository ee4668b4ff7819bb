package io.arketic.embeddings;

import java.util.List;

/**
 * Turns texts into vectors of length 1.
 *
 * <p>Safe for use by several threads. The vector of a text does not depend on what else is in the call, nor on who calls
 * at the same time. A closed model refuses every call with {@link IllegalStateException}.
 */
public interface EmbeddingModel extends AutoCloseable {

    EmbeddingSpec spec();

    /**
     * Embeds texts to be found later.
     *
     * @param texts each at most {@link EmbeddingSpec#maxTokens()} long as {@link #countTokens} counts; what is beyond
     *     that is not read. Blank texts are refused with {@link IllegalArgumentException}
     * @return a {@code float[dimensions]} for each text, in the order given; empty for no texts
     * @throws EmbeddingException when the model cannot answer; nothing was embedded
     */
    List<float[]> embedPassages(List<String> texts) throws EmbeddingException;

    /**
     * Embeds a question, with the prefix that the model wants before questions. {@code float[dimensions]}. Does not wait
     * for passages that others are embedding.
     */
    float[] embedQuery(String text) throws EmbeddingException;

    /** Tokens that {@code text} takes up, special tokens included. */
    int countTokens(String text);

    @Override
    void close();
}
