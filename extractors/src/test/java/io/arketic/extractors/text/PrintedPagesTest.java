package io.arketic.extractors.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintedPagesTest {

    @Test
    void whatRepeatsBesideFormFeedsIsNoText() {
        StringBuilder text = new StringBuilder("Harbour rules\n\nThe gate opens at six");
        for (int page = 1; page <= 4; page++) {
            text.append("\n\n\nM. Quist      Informational      [Page ")
                    .append(page)
                    .append("]\n\f\n");
            text.append("RULES 12      Harbour      April 2025\n\n\n");
            text.append(page == 1 ? "   in the morning.\n" : "   Rule " + "abcd".charAt(page - 1) + " stands here.\n");
        }
        assertThat(PrintedPages.joined(text.toString())).isEqualTo("""
                        Harbour rules

                        The gate opens at six
                           in the morning.

                           Rule b stands here.

                           Rule c stands here.

                           Rule d stands here.""");
    }

    @Test
    void linesThatDifferStay() {
        String text = "One ends\n\fTwo begins\nTwo ends\n\fThree begins";
        assertThat(PrintedPages.joined(text)).isEqualTo("One ends\n\nTwo begins\nTwo ends\n\nThree begins");
        assertThat(PrintedPages.joined("a\n\fb")).isEqualTo("a\n\fb");
    }
}
