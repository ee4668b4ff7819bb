package io.arketic.extractors.chunk;

/** Matches white space in every script, with which no chunk begins or ends. */
final class WhiteSpace {

    private WhiteSpace() {}

    static boolean is(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /** Returns the first index from {@code from} on without white space, or the text's length. */
    static int skip(String text, int from) {
        int index = from;
        while (index < text.length() && is(text.charAt(index))) {
            index++;
        }
        return index;
    }

    /** Returns the end of {@code text} from {@code start} to {@code end} without trailing white space. */
    static int trim(String text, int start, int end) {
        int index = end;
        while (index > start && is(text.charAt(index - 1))) {
            index--;
        }
        return index;
    }
}
