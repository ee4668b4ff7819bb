package io.arketic.schema.generation;

import java.util.Locale;

/** What a generation of a knowledge base's index is there for. */
public enum GenerationState {
    /** Documents are missing that it never had. */
    BUILDING,
    /** It had every document once, is kept up, and can be switched to. */
    READY,
    /** It is searched, and the ingest writes it. */
    ACTIVE,
    /** It was searched before, and is kept up so that one can go back to it. */
    RETIRED,
    /** It cannot be completed; its row says why. */
    FAILED,
    /** Given up before it was searched; its chunks go, or are gone. */
    CANCELLED,
    /** Not needed any more; its chunks go, or are gone. */
    PRUNED;

    /** Whether documents are written into it beside the live one. */
    public boolean keptUp() {
        return this == BUILDING || this == READY || this == RETIRED;
    }

    /** As stored. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static GenerationState of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
