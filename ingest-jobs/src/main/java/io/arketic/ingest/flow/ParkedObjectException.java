package io.arketic.ingest.flow;

import java.time.Duration;

/**
 * Reports an object that cannot be ingested now, while all others can: it waits separately and is tried again
 * automatically.
 */
public final class ParkedObjectException extends Exception {

    /** Names the reason. The names are stored and shown to users. */
    public enum Reason {
        /** The store refuses this object to the job, but not others: rights, or a key of the client's own. */
        ACCESS_DENIED(true, Duration.ofMinutes(15)),
        /** The object is in an archive of the store and must be restored there. */
        OBJECT_ARCHIVED(true, Duration.ofMinutes(15)),
        /** The knowledge base's embedding model does not answer. */
        EMBEDDING_UNAVAILABLE(false, Duration.ofMinutes(1));

        private final boolean withdraws;
        private final Duration longestPause;

        Reason(boolean withdraws, Duration longestPause) {
            this.withdraws = withdraws;
            this.longestPause = longestPause;
        }

        /**
         * Returns whether the text that was indexed under the key is withdrawn, because the object has other content
         * now.
         */
        public boolean withdraws() {
            return withdraws;
        }

        /** Returns the longest pause between two tries; the first ones follow each other sooner. */
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
