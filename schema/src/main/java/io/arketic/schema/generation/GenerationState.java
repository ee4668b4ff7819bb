package io.arketic.schema.generation;

import java.util.Locale;

/** Names the state of a generation of a knowledge base's index. */
public enum GenerationState {
    /** It is being filled for the first time. */
    BUILDING,
    /** It is complete, receives new versions, and can be switched to. */
    READY,
    /** Searches read it, and the ingest writes it. */
    ACTIVE,
    /** Searches read it before; it receives new versions, so that a rollback is possible. */
    RETIRED,
    /** It cannot be completed; its row has the reason. */
    FAILED,
    /** It was cancelled before searches read it; its chunks are removed in the background. */
    CANCELLED,
    /** It is no longer needed; its chunks are removed in the background. */
    PRUNED;

    /** Returns whether new versions of documents are written into it beside the live one. */
    public boolean keptUp() {
        return this == BUILDING || this == READY || this == RETIRED;
    }

    /** Returns the stored form. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static GenerationState of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
