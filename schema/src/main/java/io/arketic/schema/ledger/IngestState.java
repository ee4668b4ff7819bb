package io.arketic.schema.ledger;

import java.util.Locale;

/** Names the state of a dropped object. Every object ends in exactly one of the terminal states. */
public enum IngestState {
    RECEIVED,
    EXTRACTING,
    EMBEDDING,
    /** Searches find this version. */
    INDEXED,
    /** Its bytes equal those of the indexed version; no work was done. */
    UNCHANGED,
    /** A newer version replaced it, before or after it was indexed. */
    SUPERSEDED,
    /** The object or its document was deleted. */
    DELETED,
    /** It cannot be indexed; the row has the reason. */
    DEAD;

    public boolean terminal() {
        return compareTo(INDEXED) >= 0;
    }

    /** Returns the stored form. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
