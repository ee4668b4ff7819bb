package io.arketic.schema.search;

/** Says how much of a document is shown around a found chunk. */
public enum Expansion {
    /** Shows the chunk alone. */
    NONE,
    /** Adds the chunks before and after it. */
    NEIGHBOURS,
    /** Adds adjacent chunks under the same heading. */
    SECTION
}
