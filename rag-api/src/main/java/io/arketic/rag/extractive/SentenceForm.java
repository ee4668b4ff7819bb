package io.arketic.rag.extractive;

/** Names the form of a sentence in its document. */
enum SentenceForm {
    /** Is running text. */
    PROSE,
    /** Is an item of a list, or a sentence of one. */
    ITEM,
    /** Is a row of a table. */
    ROW,
    /** Is "Label: value" among others, as in forms, records and mail headers. */
    FIELD,
    /** Is a separate line: of a log, of figures, of a slide. */
    LINE,
    /** Is source text or commands. */
    CODE,
    /** Is a heading, the term of a definition, or a question of the text itself: never an answer. */
    HEADING;

    /** Returns whether it is complete alone: its neighbours are other entries, not its continuation. */
    boolean isEntry() {
        return this == ROW || this == FIELD || this == LINE;
    }
}
