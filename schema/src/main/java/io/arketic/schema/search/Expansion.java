package io.arketic.schema.search;

/** How much of a document is shown around a chunk that was found. */
public enum Expansion {
    /** The chunk alone. */
    NONE,
    /** With the chunk before it and the one after it. */
    NEIGHBOURS,
    /** With the chunks beside it that stand under the same heading. */
    SECTION
}
