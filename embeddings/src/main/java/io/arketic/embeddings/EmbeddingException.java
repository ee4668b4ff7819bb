package io.arketic.embeddings;

import org.jspecify.annotations.Nullable;

/** The model could not answer. */
public final class EmbeddingException extends Exception {

    /** Why; the names are stable, they are stored and shown to users. */
    public enum Reason {
        /**
         * The endpoint cannot be reached, timed out, answers no JSON or any status but 200, 400, 413 and 422, or the local
         * model cannot be loaded: the same call may succeed later, perhaps after a key or a path was set right.
         */
        UNAVAILABLE,
        /** The endpoint refused the texts (400, 413, 422): the same call will fail again. */
        REFUSED,
        /** The answer is not one vector of the model's dimensions for each text. */
        BAD_ANSWER,
        /** The calling thread was interrupted, and its flag is set again: the call was given up, it did not fail. */
        INTERRUPTED
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public EmbeddingException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public EmbeddingException(Reason reason, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
