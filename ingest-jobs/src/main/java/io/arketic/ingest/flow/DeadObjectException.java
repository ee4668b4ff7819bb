package io.arketic.ingest.flow;

import io.arketic.schema.tenancy.OrganizationLimit;
import java.sql.SQLException;
import java.util.Optional;

/** Reports an object that can never be ingested in its present state. */
public final class DeadObjectException extends Exception {

    /** Names the reason, besides extraction's own reasons. The names are stored and shown to users. */
    public enum Reason {
        /** The key cannot belong to a document: wrong form, too long, traversal or control characters. */
        INVALID_KEY,
        /** The key names no active organization and knowledge base. */
        UNKNOWN_KNOWLEDGE_BASE,
        /** The event is from a bucket that this deployment does not ingest. */
        UNKNOWN_BUCKET,
        /** The store lists the object but does not deliver its bytes: lost or archived. */
        UNREADABLE_OBJECT,
        /** The store refuses this object to the job, but not others. */
        ACCESS_DENIED,
        /** The object is larger than the limit for downloads. */
        FILE_LIMIT,
        /** The text has no part that a search could find. */
        NO_TEXT,
        /** The deployment lacks the knowledge base's embedding model. */
        UNKNOWN_EMBEDDING_MODEL,
        /** The embedding endpoint refused the text. */
        EMBEDDING_REFUSED,
        /** The embedding model answered other texts, and failed at this one at every try. */
        EMBEDDING_FAILED,
        /** The embedding endpoint's answer cannot be used. */
        EMBEDDING_BAD_ANSWER,
        /** The organization's storage is full. */
        STORAGE_LIMIT,
        /** The organization's trial or subscription has ended. */
        SUBSCRIPTION_ENDED,
        /** The database refused the content, for example text too long for its index. */
        DATABASE_REFUSED,
        /** The database refused what the object needs at every try, though not for its content: a missing permission. */
        DATABASE_FAILED,
        /** The machine failed at this object at every try: no room for its file, or its parser was killed. */
        MACHINE_FAILED,
        /** An unexpected failure happened repeatedly; the detail describes it. */
        INTERNAL_ERROR
    }

    private static final long serialVersionUID = 1L;

    private final String reason;

    public DeadObjectException(Reason reason, String detail) {
        this(reason.name(), detail);
    }

    public DeadObjectException(String reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    /** Maps a failure that lies in the document; {@link Retry#contentRefused} decides which do. */
    public static DeadObjectException refused(SQLException e) {
        Optional<OrganizationLimit> limit = OrganizationLimit.refusing(e);
        if (limit.isPresent()) {
            Reason reason =
                    limit.get() == OrganizationLimit.SUBSCRIPTION ? Reason.SUBSCRIPTION_ENDED : Reason.STORAGE_LIMIT;
            return new DeadObjectException(reason, String.valueOf(e.getMessage()));
        }
        return new DeadObjectException(Reason.DATABASE_REFUSED, e.getSQLState() + ": " + e.getMessage());
    }

    public String reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
