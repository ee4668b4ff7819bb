package io.arketic.schema.knowledge;

import java.util.UUID;

/** What became of a version that was to replace a document's content. */
public sealed interface ReplaceOutcome {

    /** Committed: readers see this version, {@code version} counts from 1. */
    record Replaced(UUID documentId, int version, int chunks) implements ReplaceOutcome {}

    /** A newer version is there, or the knowledge base is gone: nothing was written but the ledger's end. */
    record Superseded() implements ReplaceOutcome {}

    /** The target's generation is not the live one any more: nothing was written; to be resolved and made again. */
    record Moved() implements ReplaceOutcome {}
}
