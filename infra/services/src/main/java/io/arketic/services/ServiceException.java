package io.arketic.services;

import org.jspecify.annotations.Nullable;

/** Reports that a service cannot be started or used; the message says what to do. */
public final class ServiceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public enum Reason {
        /** A package of the system is not installed; the message holds the command that installs it. */
        NOT_INSTALLED,
        /** A file of the build is absent; the message holds the command that builds it. */
        NOT_BUILT,
        /** Another process listens on a port; the message names the port and the variable that changes it. */
        PORT_IN_USE,
        /** The process ended before it served; the message holds the end of its log. */
        EXITED,
        /** The process runs but did not serve within its time; the message holds the end of its log. */
        NOT_READY,
        /** A request to a running service was refused. */
        REFUSED,
        /** A database has another password than the stack. */
        OTHER_PASSWORD,
        /** Files or processes of the machine could not be used. */
        SYSTEM
    }

    private final Reason reason;

    ServiceException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    ServiceException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
