package io.arketic.rag.extractive;

/** How a sentence stands in its document. */
enum SentenceForm {
    /** In running text. */
    PROSE,
    /** An item of a list, or a sentence of one. */
    ITEM,
    /** A row of a table. */
    ROW,
    /** "Label: value" among others, as in forms, records and mail headers. */
    FIELD,
    /** A line that no sentence goes on from: of a log, of figures, of a slide. */
    LINE,
    /** Source text or commands. */
    CODE,
    /** A heading, the term of a definition, a question that the text itself asks: never an answer. */
    HEADING;

    /** Says all by itself: neighbours are other entries, and no continuation. */
    boolean isEntry() {
        return this == ROW || this == FIELD || this == LINE;
    }
}
