package io.arketic.ingest.queue;

import io.arketic.schema.ledger.ObjectQueue.Leased;
import java.io.Serializable;

/** Is what a reader of the ingest job does. */
public sealed interface IngestWork extends Serializable {

    /** Names an object that waits for a look. */
    record Waiting(String key) implements IngestWork {}

    /** Looks at an object whose key the reader has leased. */
    record Look(Leased object) implements IngestWork {}

    /** Lists the bucket and marks what differs from the ledger: once, or again and again. */
    record List() implements IngestWork {}
}
