package io.arketic.schema.ledger;

import java.util.Locale;

/** Where a dropped object stands. Exactly one of the terminal states is its end. */
public enum IngestState {
    RECEIVED,
    EXTRACTING,
    EMBEDDING,
    /** This version is what is found by search. */
    INDEXED,
    /** The same bytes as the version that is indexed; nothing was done. */
    UNCHANGED,
    /** A newer version took its place, before or after it was indexed. */
    SUPERSEDED,
    /** The object or its document was deleted. */
    DELETED,
    /** Cannot be indexed; the row says why. */
    DEAD;

    public boolean terminal() {
        return compareTo(INDEXED) >= 0;
    }

    /** As stored. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
