package io.arketic.extractors.worker;

/** What a document holds and its readers do not see; the parsers leave it out and count it. */
enum LeftOut {
    HIDDEN_ELEMENTS,
    HIDDEN_TEXT,
    HIDDEN_ROWS,
    HIDDEN_COLUMNS,
    HIDDEN_SHEETS,
    HIDDEN_SLIDES,
    DELETED_TEXT,
    ENCODED_DATA
}
