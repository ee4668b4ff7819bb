package io.arketic.ingest.flow;

import java.sql.SQLException;
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
        EMBEDDING_UNAVAILABLE(false, Duration.ofMinutes(1)),
        /** The embedding model answers, but fails at this text. */
        EMBEDDING_FAILED(false, Duration.ofMinutes(1), 10),
        /** The database answers, but refuses what this object needs, though not for its content. */
        DATABASE_FAILED(false, Duration.ofMinutes(15), 10),
        /** The machine failed at this object: no room for its file, or its parser was killed. */
        MACHINE_FAILED(false, Duration.ofMinutes(15), 10),
        /** The store answers, but does not deliver this object. */
        OBJECT_UNAVAILABLE(false, Duration.ofMinutes(15)),
        /** The store does not answer. */
        STORE_UNAVAILABLE(false, Duration.ofMinutes(1));

        private final boolean withdraws;
        private final Duration longestPause;
        private final int tries;

        Reason(boolean withdraws, Duration longestPause) {
            this(withdraws, longestPause, Integer.MAX_VALUE);
        }

        Reason(boolean withdraws, Duration longestPause, int tries) {
            this.withdraws = withdraws;
            this.longestPause = longestPause;
            this.tries = tries;
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

        /** Returns whether a version that failed so often for this reason is dead. */
        public boolean isFinalAfter(int failures) {
            return failures >= tries;
        }

        /** Returns whether the number of failures matters. */
        public boolean isCounted() {
            return tries < Integer.MAX_VALUE;
        }
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public ParkedObjectException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    /** Creates the exception for a refusal that is not for the content. */
    public static ParkedObjectException refused(SQLException refusal) {
        return new ParkedObjectException(Reason.DATABASE_FAILED, refusal.getSQLState() + ": " + refusal.getMessage());
    }

    public Reason reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
