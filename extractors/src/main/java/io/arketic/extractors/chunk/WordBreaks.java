package io.arketic.extractors.chunk;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;

/**
 * Cuts inside a sentence: at line breaks (between words, also in scripts without blanks, and never before a closing
 * mark), else between characters as a reader sees them. It looks at one chunk's text at a time.
 */
final class WordBreaks {

    private static final double LEAST_FILL = 0.25;

    /** Sets the text before a window that may influence its first break. */
    private static final int CONTEXT = 32;

    private final String text;
    private final BreakIterator lines;
    private final BreakIterator characters;

    WordBreaks(String text, ULocale locale) {
        this.text = text;
        this.lines = BreakIterator.getLineInstance(locale);
        this.characters = BreakIterator.getCharacterInstance(locale);
    }

    /** Returns the last break from {@code earliest} to {@code last}, or -1 if one character fills it all. */
    int before(int start, int earliest, int last) {
        String window = text.substring(start, Math.min(text.length(), last + CONTEXT));
        int least = Math.max(earliest - start, (int) ((last - start) * LEAST_FILL));
        int cut = lastIn(lines, window, least, last - start);
        if (cut < 0) {
            cut = lastIn(characters, window, earliest - start, last - start);
        }
        return cut < 0 ? -1 : start + cut;
    }

    /** Returns the first line break from {@code earliest} on and before {@code end}, or -1. */
    int after(int earliest, int end) {
        int from = Math.max(0, earliest - CONTEXT);
        if (from > 0 && Character.isLowSurrogate(text.charAt(from))) {
            from--;
        }
        lines.setText(text.substring(from, end));
        int cut = earliest == from ? 0 : lines.following(earliest - from - 1);
        return cut == BreakIterator.DONE || from + cut >= end ? -1 : from + cut;
    }

    private static int lastIn(BreakIterator iterator, String window, int least, int most) {
        if (most >= window.length()) {
            return window.length();
        }
        iterator.setText(window);
        int cut = iterator.isBoundary(most) ? most : iterator.preceding(most);
        return cut == BreakIterator.DONE || cut < Math.max(1, least) ? -1 : cut;
    }
}
