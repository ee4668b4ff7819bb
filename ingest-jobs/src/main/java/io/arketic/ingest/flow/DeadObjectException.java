package io.arketic.ingest.flow;

import io.arketic.schema.tenancy.OrganizationLimit;
import java.sql.SQLException;
import java.util.Optional;

/** An object that can never be ingested as it is. */
public final class DeadObjectException extends Exception {

    /** Why, besides the reasons that extraction itself has. The names are stored and shown to users. */
    public enum Reason {
        /** No document can stand under this key: not of the form, too long, traversal or control characters. */
        INVALID_KEY,
        /** The key names no active organization and knowledge base. */
        UNKNOWN_KNOWLEDGE_BASE,
        /** An event of a bucket that this deployment does not ingest. */
        UNKNOWN_BUCKET,
        /** The store lists the object and does not give its bytes: lost, archived. */
        UNREADABLE_OBJECT,
        /** The store refuses this object to the job, and not others. */
        ACCESS_DENIED,
        /** Larger than what is fetched. */
        FILE_LIMIT,
        /** Text was found, but nothing in it that could be found by search. */
        NO_TEXT,
        /** The knowledge base's embedding model is not one of this deployment's. */
        UNKNOWN_EMBEDDING_MODEL,
        /** The embedding endpoint refused the text. */
        EMBEDDING_REFUSED,
        /** The embedding endpoint's answer cannot be used. */
        EMBEDDING_BAD_ANSWER,
        /** The organization stores as much as it may. */
        STORAGE_LIMIT,
        /** The organization's trial or subscription has ended. */
        SUBSCRIPTION_ENDED,
        /** The database refused the content, for example text too long for its index. */
        DATABASE_REFUSED,
        /** Failed again and again in a way that nobody foresaw; the detail says how. */
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

    /** The failure's content lies in the document; {@link Retry#contentRefused} tells which do. */
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
