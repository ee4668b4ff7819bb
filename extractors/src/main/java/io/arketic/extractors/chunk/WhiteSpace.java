package io.arketic.extractors.chunk;

/** White space in every script: what no chunk begins or ends with. */
final class WhiteSpace {

    private WhiteSpace() {}

    static boolean is(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /** The first index from {@code from} on that holds none, or the text's length. */
    static int skip(String text, int from) {
        int index = from;
        while (index < text.length() && is(text.charAt(index))) {
            index++;
        }
        return index;
    }

    /** The end of {@code text} from {@code start} to {@code end} without what trails. */
    static int trim(String text, int start, int end) {
        int index = end;
        while (index > start && is(text.charAt(index - 1))) {
            index--;
        }
        return index;
    }
}
