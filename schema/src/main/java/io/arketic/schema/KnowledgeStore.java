package io.arketic.schema;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Writes document versions. A version is one commit: its text, chunks, vectors, counters and ledger row change
 * together, and a reader sees all of the old one or all of the new one.
 */
public final class KnowledgeStore {

    public KnowledgeStore(TenantDatabase database) {}

    /**
     * Ends {@code version} as unchanged when the document of that key is indexed, in the target's generation, from the
     * same bytes.
     *
     * @param fileHash SHA-256 of the bytes, hex
     * @return whether it was
     */
    public boolean unchanged(KnowledgeTarget target, ObjectVersion version, String fileHash) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /**
     * Replaces the document of the version's key, or makes it. Repeating the call leaves one copy.
     *
     * @param chunks in order of their ordinals
     */
    public ReplaceOutcome replace(
            KnowledgeTarget target,
            ObjectVersion version,
            DocumentVersion document,
            List<EmbeddedChunk> chunks,
            StepTimes times)
            throws SQLException {
        throw new UnsupportedOperationException();
    }

    /**
     * Removes the document of a key with its chunks and text; its ledger rows end as deleted, versions still in flight
     * included.
     *
     * @return the chunks removed; empty when there was no document
     */
    public Optional<Integer> delete(KnowledgeTarget target, String bucket, String key) throws SQLException {
        throw new UnsupportedOperationException();
    }
}
