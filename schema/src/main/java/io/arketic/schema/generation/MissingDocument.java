package io.arketic.schema.generation;

import io.arketic.schema.ledger.KnowledgeTarget;
import java.io.Serializable;
import java.util.UUID;

/**
 * Names a document whose version a generation lacks.
 *
 * @param target the generation, and how it wants its chunks made
 * @param filePath the object's key
 * @param troubled whether the generation has a problem so far
 */
public record MissingDocument(KnowledgeTarget target, UUID documentId, int version, String filePath, boolean troubled)
        implements Serializable {

    /** Identifies the work, whatever problems its generation has meanwhile. */
    public record Key(KnowledgeTarget target, UUID documentId, int version) {}

    public Key key() {
        return new Key(target, documentId, version);
    }
}
