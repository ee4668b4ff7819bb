package io.arketic.ingest.flow;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.ingest.flow.DeadObjectException.Reason;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Embeds texts in batches that their model can take. A batch that fails is halved while the model answers a short text:
 * an overloaded model gets smaller batches from then on, and a text that the model refuses is found among its
 * neighbours. Safe for use by several threads.
 */
final class TextBatches {

    /** Limits a batch to one request of a remote model. */
    private static final int MOST = 32;

    /** Sets after how many good answers a batch that was halved for overload grows again. */
    private static final int ANSWERS_BEFORE_GROWTH = 32;

    /** Holds a text that every model can embed. */
    private static final String PROBE = "A lighthouse.";

    /** Says how many texts a model takes at once now, and how often it has taken them. */
    private record Size(int texts, int answers) {

        static final Size FULL = new Size(MOST, 0);

        Size answered(int count) {
            if (texts == MOST || count < texts) {
                return this;
            }
            return answers + 1 < ANSWERS_BEFORE_GROWTH
                    ? new Size(texts, answers + 1)
                    : new Size(Math.min(MOST, 2 * texts), 0);
        }
    }

    /** Reports that a model fails at some texts and answers another one. */
    private static final class BatchFailed extends Exception {

        private static final long serialVersionUID = 1L;

        private final EmbeddingException failure;

        BatchFailed(EmbeddingException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    private final EmbeddingBreakers breakers = new EmbeddingBreakers();
    private final Map<String, Size> sizes = new ConcurrentHashMap<>();

    /** Throws if the model has not answered lately. Call it before work that needs the model afterwards. */
    void requireAnswering(String model) throws EmbeddingException {
        breakers.requireAnswering(model);
    }

    /**
     * Embeds the first of {@code texts}: at least one, and as many as the model takes at once.
     *
     * @throws DeadObjectException when the model refuses the first text
     * @throws ParkedObjectException when the model fails at the first text, but answers others
     * @throws EmbeddingException when the model does not answer, or not in time: this says nothing about the texts
     */
    List<float[]> embedFirst(EmbeddingModel model, List<String> texts) throws Exception {
        String id = model.spec().id();
        int count = Math.min(texts.size(), sizes.getOrDefault(id, Size.FULL).texts());
        boolean overloaded = false;
        while (true) {
            List<String> batch = texts.subList(0, count);
            try {
                List<float[]> vectors = breakers.call(id, () -> probe(model), () -> embed(model, batch));
                int answered = count;
                if (overloaded) {
                    Size smaller = new Size(count, 0);
                    sizes.merge(id, smaller, (now, then) -> now.texts() < then.texts() ? now : then);
                }
                sizes.computeIfPresent(id, (same, size) -> size.answered(answered));
                return vectors;
            } catch (BatchFailed e) {
                if (count == 1) {
                    if (e.failure.reason() == EmbeddingException.Reason.SERVER_ERROR) {
                        sizes.remove(id); // the text was the cause, and not the load
                    }
                    throw verdict(e.failure);
                }
                count /= 2;
                overloaded |= isOverload(e.failure);
            }
        }
    }

    /** Embeds a batch. Only a model that does not answer a short text either is unavailable. */
    private static List<float[]> embed(EmbeddingModel model, List<String> texts)
            throws EmbeddingException, BatchFailed {
        try {
            return model.embedPassages(texts);
        } catch (EmbeddingException failure) {
            if (failure.reason() == EmbeddingException.Reason.INTERRUPTED) {
                throw failure;
            }
            try {
                probe(model);
            } catch (EmbeddingException silent) {
                silent.addSuppressed(failure);
                throw silent;
            }
            throw new BatchFailed(failure);
        }
    }

    /** Asks for the vector of a short text. A model that refuses even this text is unavailable, too. */
    private static List<float[]> probe(EmbeddingModel model) throws EmbeddingException {
        try {
            return model.embedPassages(List.of(PROBE));
        } catch (EmbeddingException failure) {
            boolean refused = !failure.mayPass() && failure.reason() != EmbeddingException.Reason.INTERRUPTED;
            throw refused
                    ? new EmbeddingException(
                            EmbeddingException.Reason.UNAVAILABLE,
                            "the model answers no text: " + failure.getMessage(),
                            failure)
                    : failure;
        }
    }

    private static boolean isOverload(EmbeddingException failure) {
        return failure.reason() == EmbeddingException.Reason.UNAVAILABLE
                || failure.reason() == EmbeddingException.Reason.SERVER_ERROR
                || failure.reason() == EmbeddingException.Reason.LIMITED;
    }

    /** Returns what the failure of one text means, of a model that answers others. */
    private static Exception verdict(EmbeddingException failure) {
        String detail = String.valueOf(failure.getMessage());
        return switch (failure.reason()) {
            case REFUSED -> new DeadObjectException(Reason.EMBEDDING_REFUSED, detail);
            case DENIED, BAD_ANSWER, SERVER_ERROR ->
                new ParkedObjectException(
                        ParkedObjectException.Reason.EMBEDDING_FAILED, "the model answers other texts, but: " + detail);
            case UNAVAILABLE, LIMITED, INTERRUPTED -> failure;
        };
    }
}
