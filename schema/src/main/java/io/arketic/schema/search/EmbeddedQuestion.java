package io.arketic.schema.search;

import java.util.Set;

/**
 * Holds a question as a model embeds it.
 *
 * @param vector of the dimensions that the model gives its passages
 * @param languages that the model was trained for, as two-letter codes; empty where it knows many. In another one a
 *     passage's vector says little
 */
public record EmbeddedQuestion(float[] vector, Set<String> languages) {

    public EmbeddedQuestion {
        languages = Set.copyOf(languages);
    }
}
