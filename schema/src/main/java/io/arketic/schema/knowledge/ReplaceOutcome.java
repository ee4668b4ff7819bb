package io.arketic.schema.knowledge;

import java.util.UUID;

/** Says how the replacement of a document's content ended. */
public sealed interface ReplaceOutcome {

    /** The version is committed: readers see it; {@code version} counts from 1. */
    record Replaced(UUID documentId, int version, int chunks) implements ReplaceOutcome {}

    /** A newer version exists, or the knowledge base no longer does: only the ledger's end was written. */
    record Superseded() implements ReplaceOutcome {}

    /**
     * The target's generation is no longer the live one: no row was written; resolve the target and make the chunks
     * again.
     */
    record Moved() implements ReplaceOutcome {}
}
