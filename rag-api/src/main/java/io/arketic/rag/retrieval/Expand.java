package io.arketic.rag.retrieval;

import io.arketic.schema.search.Expansion;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Holds {@link Expansion} in the form of requests. */
public final class Expand {

    public static final String PATTERN = "none|neighbours|section";
    public static final String MESSAGE = "must be none, neighbours or section";

    private Expand() {}

    /** @param expand fits {@link #PATTERN}; null for the passage alone */
    public static Expansion of(@Nullable String expand) {
        return expand == null ? Expansion.NONE : Expansion.valueOf(expand.toUpperCase(Locale.ROOT));
    }
}
