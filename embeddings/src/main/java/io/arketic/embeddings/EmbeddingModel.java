package io.arketic.embeddings;

import java.util.List;

/**
 * Turns texts into vectors of length 1.
 *
 * <p>Safe for use by several threads. The vector of a text does not depend on other texts of the call or on other
 * calls. A closed model refuses every call with {@link IllegalStateException}.
 */
public interface EmbeddingModel extends AutoCloseable {

    /**
     * Limits the characters of a question that a local model embeds at its caller's priority. A longer one takes as long
     * as a passage.
     */
    int LONGEST_QUESTION = 800;

    EmbeddingSpec spec();

    /**
     * Embeds texts that searches are to find.
     *
     * @param texts each at most {@link EmbeddingSpec#maxTokens()} long as {@link #countTokens} counts; what is beyond
     *     that is not read. Blank texts are refused with {@link IllegalArgumentException}
     * @return a {@code float[dimensions]} for each text, in the order given; empty for no texts
     * @throws EmbeddingException when the model cannot answer; nothing was embedded
     */
    List<float[]> embedPassages(List<String> texts) throws EmbeddingException;

    /**
     * Embeds a question as {@code float[dimensions]}, with the model's prefix for questions. A question of at most
     * {@link #LONGEST_QUESTION} characters does not wait for passages of other calls.
     */
    float[] embedQuery(String text) throws EmbeddingException;

    /** Counts the tokens of {@code text}, including special tokens. */
    int countTokens(String text);

    @Override
    void close();
}
