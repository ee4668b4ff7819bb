package io.arketic.extractors.pdf;

import com.ibm.icu.text.Bidi;
import com.ibm.icu.text.BidiTransform;

/** Turns a line from its drawing order, left to right, into its reading order. */
final class RightToLeft {

    private RightToLeft() {}

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
