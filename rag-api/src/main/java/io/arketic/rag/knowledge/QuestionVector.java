package io.arketic.rag.knowledge;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.UnknownEmbeddingModelException;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;

/** A question as a generation's model sees it, or why that cannot be had. */
final class QuestionVector {

    private QuestionVector() {}

    /** Loads the model where it was not asked before. */
    static float[] of(EmbeddingModels models, String model, String question) {
        try {
            return models.get(model).embedQuery(question);
        } catch (UnknownEmbeddingModelException unknown) {
            throw new ProblemException(
                    ProblemReason.MODEL_UNAVAILABLE,
                    "This deployment lacks the embedding model " + model + ".",
                    unknown);
        } catch (EmbeddingException failure) {
            throw new ProblemException(
                    ProblemReason.MODEL_UNAVAILABLE, "The embedding model failed: " + failure.reason() + ".", failure);
        }
    }
}
