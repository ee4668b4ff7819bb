package io.arketic.embeddings;

/** Makes vectors of length 1, whose dot product is their cosine. */
final class UnitVector {

    private UnitVector() {}

    /** Scales {@code vector} in place. */
    static float[] of(float[] vector) throws EmbeddingException {
        double square = 0;
        for (float component : vector) {
            square += (double) component * component;
        }
        double length = Math.sqrt(square);
        if (!(length > 0) || Double.isInfinite(length)) {
            throw new EmbeddingException(
                    EmbeddingException.Reason.BAD_ANSWER, "the model answered a vector of length " + length);
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }
}
