package io.arketic.ingest.flow;

import java.time.Duration;

/** An object that cannot be ingested for now, while all others can: it waits on its own and is taken up again by itself. */
public final class ParkedObjectException extends Exception {

    /** Why. The names are stored and shown to users. */
    public enum Reason {
        /** The store refuses this object to the job, and not others: rights, a key of the client's own. */
        ACCESS_DENIED(true, Duration.ofMinutes(15)),
        /** The object lies in an archive of the store and has to be restored there. */
        OBJECT_ARCHIVED(true, Duration.ofMinutes(15)),
        /** The knowledge base's embedding model does not answer. */
        EMBEDDING_UNAVAILABLE(false, Duration.ofMinutes(1));

        private final boolean withdraws;
        private final Duration longestPause;

        Reason(boolean withdraws, Duration longestPause) {
            this.withdraws = withdraws;
            this.longestPause = longestPause;
        }

        /** Whether the text that was indexed under the key is withdrawn, because the object holds other content now. */
        public boolean withdraws() {
            return withdraws;
        }

        /** Between two tries; the first ones follow each other sooner. */
        public Duration longestPause() {
            return longestPause;
        }
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public ParkedObjectException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
