package io.arketic.rag.generation;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.UnknownEmbeddingModelException;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.search.EmbeddedQuestion;
import java.util.UUID;

/** Holds a question as a generation's model embeds it, or the reason for a failure. */
public final class QuestionVector {

    private QuestionVector() {}

    /**
     * Waits for the tenant's turn, and loads the model at its first use.
     *
     * @throws ProblemException when the deployment lacks the model, or it fails
     */
    public static EmbeddedQuestion of(TenantModels models, UUID tenant, String id, String question) {
        try {
            EmbeddingModel model = models.get(tenant, id);
            return new EmbeddedQuestion(model.embedQuery(question), model.spec().languages());
        } catch (UnknownEmbeddingModelException unknown) {
            throw new ProblemException(
                    ProblemReason.MODEL_UNAVAILABLE, "This deployment lacks the embedding model " + id + ".", unknown);
        } catch (EmbeddingException failure) {
            throw unavailable(failure);
        }
    }

    /** Returns the problem for callers when an embedding model fails. */
    public static ProblemException unavailable(EmbeddingException failure) {
        return new ProblemException(
                ProblemReason.MODEL_UNAVAILABLE, "The embedding model failed: " + failure.reason() + ".", failure);
    }
}
