package io.arketic.extractors.structure;

/** What a line end inside a paragraph means in a kind of document. */
enum LineFolding {
    /** HTML: a blank; only {@code br} ends a line, which the handler cannot tell apart, so text comes folded. */
    BLANK,
    /** Office formats: a line end that the author made. */
    LINE,
    /** XPS: mostly where the page was too narrow; full lines are joined to their followers. */
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
