package io.arketic.extractors.pdf;

import com.ibm.icu.text.Bidi;
import com.ibm.icu.text.BidiTransform;

/** Turns a line from its drawing order, left to right, into its reading order. */
final class RightToLeft {

    private RightToLeft() {}

    /** Returns whether most letters are of scripts that are read from right to left. */
    static boolean prevails(Iterable<String> texts) {
        int balance = 0;
        for (String text : texts) {
            balance += text.codePoints().map(RightToLeft::side).sum();
        }
        return balance > 0;
    }

    private static int side(int character) {
        return switch (Character.getDirectionality(character)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT, Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC -> 1;
            case Character.DIRECTIONALITY_LEFT_TO_RIGHT -> -1;
            default -> 0;
        };
    }

    /** Puts the letters of one drawn sign, such as a ligature, into the order of a line's other signs. */
    static String drawn(String sign) {
        return sign.length() > 1 && side(sign.codePointAt(0)) > 0
                ? new StringBuilder(sign).reverse().toString()
                : sign;
    }

    static String logical(String drawn) {
        if (!Bidi.requiresBidi(drawn.toCharArray(), 0, drawn.length())) {
            return drawn;
        }
        byte base = Bidi.getBaseDirection(new StringBuilder(drawn).reverse()) == Bidi.LTR ? Bidi.LTR : Bidi.RTL;
        return new BidiTransform()
                .transform(
                        drawn,
                        Bidi.LTR,
                        BidiTransform.Order.VISUAL,
                        base,
                        BidiTransform.Order.LOGICAL,
                        BidiTransform.Mirroring.ON,
                        0);
    }
}
