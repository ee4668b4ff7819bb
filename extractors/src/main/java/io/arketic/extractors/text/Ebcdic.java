package io.arketic.extractors.text;

import java.nio.charset.Charset;

/**
 * Recognises the text of mainframes. Its letters and digits are the accents of other sets, and its blank is their at sign.
 * Files have lines, or records of one length without anything between them.
 */
final class Ebcdic {

    static final Charset CHARSET = Charset.forName("IBM037");

    private static final String MARKS = ".,()-/':;%$&@=_!?+*#<>\"|\n\r\u0085\t";

    /** Sets the share of letters, digits, blanks and marks, and the least share of blanks. */
    private static final double READABLE = 0.98;

    private static final double BLANKS = 0.02;
    private static final int LEAST_BYTES = 80;

    private static final int SHORTEST_RECORD = 20;
    private static final int LONGEST_RECORD = 2_000;
    private static final int COMPARED = 8_000;

    /** Sets the share of places at which a record has the same kind of character as the next one. */
    private static final double ALIKE = 0.85;

    private Ebcdic() {}

    static boolean resembles(byte[] sample) {
        if (sample.length < LEAST_BYTES) {
            return false;
        }
        int blanks = 0;
        int readable = 0;
        for (byte b : sample) {
            blanks += b == 0x40 ? 1 : 0;
        }
        if (blanks < BLANKS * sample.length) {
            return false;
        }
        String text = new String(sample, CHARSET);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c < 0x80 && Character.isLetterOrDigit(c);
            readable += plain || c == ' ' || MARKS.indexOf(c) >= 0 ? 1 : 0;
        }
        return readable >= READABLE * text.length();
    }

    /** Returns decoded text in lines, of a record each where it has no line ends. */
    static String lines(String decoded) {
        String text = decoded.replace('\u0085', '\n');
        if (text.indexOf('\n') >= 0) {
            return text;
        }
        int length = recordLength(text);
        if (length == 0) {
            return text;
        }
        StringBuilder lines = new StringBuilder(text.length() + text.length() / length + 1);
        for (int at = 0; at < text.length(); at += length) {
            lines.append(text, at, Math.min(text.length(), at + length)).append('\n');
        }
        return lines.toString();
    }

    /** Returns the shortest distance at which the characters are of the same kinds; 0 if there is none. */
    private static int recordLength(String text) {
        int compared = Math.min(text.length(), COMPARED);
        int best = 0;
        double most = ALIKE;
        for (int length = SHORTEST_RECORD; length <= Math.min(LONGEST_RECORD, compared / 2); length++) {
            int same = 0;
            for (int i = 0; i + length < compared; i++) {
                same += kind(text.charAt(i)) == kind(text.charAt(i + length)) ? 1 : 0;
            }
            double share = (double) same / (compared - length);
            // A multiple of the length is no better than the length itself.
            if (share > most + 0.01) {
                most = share;
                best = length;
            }
        }
        return best;
    }

    private static int kind(char c) {
        return Character.isDigit(c) ? 0 : Character.isLetter(c) ? 1 : c == ' ' ? 2 : 3;
    }
}
