package io.arketic.embeddings;

import java.nio.FloatBuffer;

/** Combines the vectors of a text's tokens to the vector of the text. */
enum Pooling {
    /** Takes the vector of the first token. */
    CLS {
        @Override
        float[] pool(FloatBuffer tokens, int dimensions) {
            float[] first = new float[dimensions];
            tokens.get(0, first);
            return first;
        }
    },
    /** Takes the mean of all tokens' vectors. */
    MEAN {
        @Override
        float[] pool(FloatBuffer tokens, int dimensions) {
            int count = tokens.remaining() / dimensions;
            float[] mean = new float[dimensions];
            float[] token = new float[dimensions];
            for (int row = 0; row < count; row++) {
                tokens.get(row * dimensions, token);
                for (int i = 0; i < dimensions; i++) {
                    mean[i] += token[i];
                }
            }
            for (int i = 0; i < dimensions; i++) {
                mean[i] /= count;
            }
            return mean;
        }
    };

    /** @param tokens row by row, {@code dimensions} floats each, position 0; one text without padding */
    abstract float[] pool(FloatBuffer tokens, int dimensions);
}
