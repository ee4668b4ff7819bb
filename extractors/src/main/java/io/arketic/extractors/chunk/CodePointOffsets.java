package io.arketic.extractors.chunk;

/** Translates UTF-16 indexes of a text to code points in constant time, with a count at every 256th index. */
final class CodePointOffsets {

    private static final int STEP = 256;

    private final String text;
    private final int[] counts;

    CodePointOffsets(String text) {
        this.text = text;
        this.counts = new int[text.length() / STEP + 1];
        int pairs = 0;
        for (int i = 0; i < text.length(); i++) {
            if (i % STEP == 0) {
                counts[i / STEP] = i - pairs;
            }
            if (Character.isLowSurrogate(text.charAt(i)) && i > 0 && Character.isHighSurrogate(text.charAt(i - 1))) {
                pairs++;
            }
        }
        if (text.length() % STEP == 0) {
            counts[text.length() / STEP] = text.length() - pairs;
        }
    }

    int at(int index) {
        int base = index / STEP * STEP;
        int count = counts[index / STEP];
        for (int i = base; i < index; i++) {
            if (!(Character.isLowSurrogate(text.charAt(i)) && i > 0 && Character.isHighSurrogate(text.charAt(i - 1)))) {
                count++;
            }
        }
        return count;
    }

    int between(int start, int end) {
        return text.codePointCount(start, end);
    }

    /** Returns the index this many code points later, or the text's end. */
    int plus(int index, int codePoints) {
        int result = index;
        for (int i = 0; i < codePoints && result < text.length(); i++) {
            result += Character.charCount(text.codePointAt(result));
        }
        return result;
    }

    /** Returns the index this many code points earlier, or 0. */
    int minus(int index, int codePoints) {
        int result = index;
        for (int i = 0; i < codePoints && result > 0; i++) {
            result -= Character.charCount(text.codePointBefore(result));
        }
        return result;
    }
}
