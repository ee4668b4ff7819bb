package io.arketic.cli.backup;

/** Ends a restore that has changed nothing. */
public final class RestoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says why nothing was restored. */
    public enum Reason {
        /** The directory of the repository is missing. */
        NO_REPOSITORY,
        /** The repository is encrypted with another key. */
        OTHER_KEY,
        /** The repository holds no backup of a database. */
        NO_BACKUP,
        /** The time is before the end of the oldest backup. */
        TIME_TOO_EARLY,
        /** The archive ends before the time. */
        TIME_TOO_LATE,
        /** The database of the repository has another password than the stack. */
        OTHER_PASSWORD,
        /** The disk has too little room for what is restored beside what is kept. */
        NO_SPACE,
        /** The directories that are exchanged are on several disks. */
        OTHER_DISK,
        /** The object store does not take the objects. */
        NO_STORE,
        /** The directory to restore into holds files. */
        NOT_EMPTY
    }

    private final Reason reason;

    RestoreException(Reason reason, String message) {
        super(reason + ": " + message + ". Nothing was changed.");
        this.reason = reason;
    }

    RestoreException(Reason reason, String message, Throwable cause) {
        this(reason, message);
        initCause(cause);
    }

    public Reason reason() {
        return reason;
    }
}
