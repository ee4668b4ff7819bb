package io.arketic.embeddings;

import org.jspecify.annotations.Nullable;

/** Reports that a model could not answer. */
public final class EmbeddingException extends Exception {

    /** Names the reason; the names are stable, stored and shown to users. */
    public enum Reason {
        /**
         * The endpoint cannot be reached, timed out, fails (5xx but 500) or answers no JSON, or the local model cannot be loaded.
         * The same call may succeed later, perhaps with fewer texts.
         */
        UNAVAILABLE,
        /** The endpoint failed at this call (500), for its load or for its texts. A call with another text shows which. */
        SERVER_ERROR,
        /**
         * The endpoint, or a proxy before it, refuses the call (401, 403, 404 and other 4xx): for its key, its path or its
         * texts. A call with another text shows which.
         */
        DENIED,
        /** The endpoint asks for fewer calls (429, 503): this says nothing about the texts. */
        LIMITED,
        /** The endpoint refused the texts (400, 413, 422): the same call will fail again. */
        REFUSED,
        /** The answer does not have one vector of the model's dimensions for each text. */
        BAD_ANSWER,
        /** The calling thread was interrupted, and its flag is set again; the call was abandoned and did not fail. */
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

    /** Returns whether the same call may succeed later. */
    public boolean mayPass() {
        return reason == Reason.UNAVAILABLE
                || reason == Reason.SERVER_ERROR
                || reason == Reason.LIMITED
                || reason == Reason.DENIED;
    }
}
