package io.arketic.embeddings;

/** The model could not answer. */
public final class EmbeddingException extends Exception {

    /** Why; the names are stable, they are stored and shown to users. */
    public enum Reason {
        /** The endpoint cannot be reached, timed out, or answers 5xx or 429: the same call may succeed later. */
        UNAVAILABLE,
        /** The endpoint refused the call (4xx): the same call will fail again. */
        REFUSED,
        /** The answer is not one vector of the model's dimensions for each text. */
        BAD_ANSWER
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public EmbeddingException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public EmbeddingException(Reason reason, String detail, Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
