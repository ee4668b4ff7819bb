package io.arketic.extractors.structure;

/** Says what a line end inside a paragraph means in a kind of document. */
enum LineFolding {
    /**
     * Is a blank, for HTML: only {@code br} ends a line, which the handler cannot distinguish, so text arrives folded.
     */
    BLANK,
    /** Is a line end of the author, for office formats. */
    LINE,
    /** Is usually the page's width, for XPS: full lines are joined to the next ones. */
    WRAPPED;

    CharSequence fold(CharSequence text) {
        return this == WRAPPED ? WrappedLines.join(text) : text;
    }

    CharSequence inOneLine(CharSequence text) {
        return fold(text).toString().replace('\n', ' ');
    }

    static LineFolding of(String mediaType) {
        if (mediaType.contains("ms-xpsdocument")) {
            return WRAPPED;
        }
        return mediaType.contains("html") ? BLANK : LINE;
    }
}
