package io.arketic.extractors;

/**
 * Names content of a document that its readers do not see. The text leaves it out, and the document's metadata count
 * it.
 */
public enum LeftOut {
    HIDDEN_ELEMENTS,
    HIDDEN_TEXT,
    HIDDEN_ROWS,
    HIDDEN_COLUMNS,
    HIDDEN_SHEETS,
    HIDDEN_SLIDES,
    DELETED_TEXT,
    ENCODED_DATA
}
