package io.arketic.extractors.assembly;

import java.text.Normalizer;

/** Cleans text for storage and quotation. */
public final class TextCleaner {

    private TextCleaner() {}

    /**
     * Removes U+0000, other control characters except line feed and tab, unpaired surrogates, byte order marks and soft
     * hyphens. It normalizes to Unicode form C and every line end to a line feed. It removes blanks at line ends, all
     * but one of several empty lines, and white space at both ends.
     *
     * @param keepBlanks whether runs of blanks inside a line mean something, as in code
     */
    public static String clean(CharSequence raw, boolean keepBlanks) {
        StringBuilder out = new StringBuilder(raw.length());
        int feeds = 2;
        boolean blank = false;
        int length = raw.length();
        for (int i = 0; i < length; i++) {
            char c = raw.charAt(i);
            if (c == '\r' && i + 1 < length && raw.charAt(i + 1) == '\n') {
                continue;
            }
            if (isLineEnd(c)) {
                trimBlanks(out);
                if (feeds < 2) {
                    out.append('\n');
                    feeds++;
                }
                blank = false;
            } else if (isBlank(c)) {
                if (keepBlanks) {
                    out.append(c == '\t' ? '\t' : ' ');
                } else {
                    blank = true;
                }
            } else if (!isDropped(c)) {
                if (blank && feeds == 0) {
                    out.append(' ');
                }
                blank = false;
                feeds = 0;
                i = appendWhole(raw, i, out);
            }
        }
        int end = out.length();
        while (end > 0 && (out.charAt(end - 1) == '\n' || isBlank(out.charAt(end - 1)))) {
            end--;
        }
        out.setLength(end);
        return Normalizer.isNormalized(out, Normalizer.Form.NFC)
                ? out.toString()
                : Normalizer.normalize(out, Normalizer.Form.NFC);
    }

    private static int appendWhole(CharSequence raw, int index, StringBuilder out) {
        char c = raw.charAt(index);
        if (!Character.isSurrogate(c)) {
            out.append(c);
            return index;
        }
        if (Character.isHighSurrogate(c)
                && index + 1 < raw.length()
                && Character.isLowSurrogate(raw.charAt(index + 1))) {
            out.append(c).append(raw.charAt(index + 1));
            return index + 1;
        }
        out.append('\uFFFD');
        return index;
    }

    private static void trimBlanks(StringBuilder out) {
        int end = out.length();
        while (end > 0 && isBlank(out.charAt(end - 1))) {
            end--;
        }
        out.setLength(end);
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r' || c == '\u000B' || c == '\f' || c == '\u0085' || c == '\u2028' || c == '\u2029';
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\u00A0' || Character.getType(c) == Character.SPACE_SEPARATOR;
    }

    private static boolean isDropped(char c) {
        return Character.isISOControl(c) || c == '\u00AD' || c == '\uFEFF' || c == '\uFFFE' || c == '\uFFFF';
    }
}
