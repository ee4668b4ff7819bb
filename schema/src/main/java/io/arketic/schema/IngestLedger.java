package io.arketic.schema;

import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The conservation ledger: one row per object version from the moment it is seen until its end, so that at every moment
 * seen = ended + in flight. Every method is one transaction and may be repeated.
 */
public final class IngestLedger {

    public IngestLedger(TenantDatabase database) {}

    /**
     * Finds the knowledge base that a key names.
     *
     * @return empty when the organization does not exist, has no such knowledge base, or it is not active
     */
    public Optional<KnowledgeTarget> resolve(ObjectKey key) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** Enters a version, or counts another attempt on one that is in flight. */
    public Admission admit(KnowledgeTarget target, ObjectVersion version) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** Notes the step that a version in flight has reached. Without effect on one that has ended. */
    public void advance(KnowledgeTarget target, UUID ledgerId, IngestState state) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends a version that an event announced but that is no longer what the store holds. Without effect when a row of
     * the same key and ETag exists.
     */
    public void supersede(KnowledgeTarget target, ObjectVersion version) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends a version as dead. The document's row, where the version would have become one, shows status failed and the
     * detail; an older version that is indexed is withdrawn, since its object no longer holds that content.
     *
     * @param target null when the key leads to no knowledge base; such rows are seen by operators only
     * @param reason a stable name, for example {@code ENCRYPTED}
     * @param detail for people: which limit, which part
     */
    public void bury(
            @Nullable KnowledgeTarget target, ObjectVersion version, String reason, String detail, StepTimes times)
            throws SQLException {
        throw new UnsupportedOperationException();
    }
}
