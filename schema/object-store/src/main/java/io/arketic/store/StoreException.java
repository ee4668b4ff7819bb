package io.arketic.store;

/** Says why the store did not do what was asked. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Classifies the answers of the store. */
    public enum Reason {
        /** The store says that it has no such object. */
        ABSENT,
        /** The object is no longer of the version that was asked for. */
        CHANGED,
        /** The object lies in an archive and has to be restored first. */
        ARCHIVED,
        /** The key pair may not do this. */
        DENIED,
        /** The store refuses this request for another reason that may concern one object alone. */
        REFUSED,
        /** The client sends no request for such a key. */
        KEY_REFUSED,
        /** Anything else: no answer, half an answer, a fault of the store, a missing bucket. */
        UNAVAILABLE
    }

    private final Reason reason;

    StoreException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    StoreException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
