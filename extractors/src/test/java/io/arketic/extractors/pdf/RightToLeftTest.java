package io.arketic.extractors.pdf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RightToLeftTest {

    /** A font may draw lam and alef as one sign, whose two letters stand in reading order. */
    @Test
    void aSignOfSeveralLettersKeepsTheirOrder() {
        String word = "\u0643\u0627\u0644\u0627";
        String drawn = RightToLeft.drawn("\u0644\u0627") + RightToLeft.drawn("\u0627") + RightToLeft.drawn("\u0643");
        assertThat(RightToLeft.logical(drawn)).isEqualTo(word);
        assertThat(RightToLeft.drawn("fi")).isEqualTo("fi");
    }

    @Test
    void aLineOfHebrewBeginsAtItsRight() {
        PdfSegment value = new PdfSegment("12", 72, 90, 100, 10, false, false);
        PdfSegment label = new PdfSegment("\u05E8\u05E6\u05D9\u05E3", 280, 310, 100, 10, false, false);
        PdfSegment english = new PdfSegment("Berth of the north", 280, 310, 100, 10, false, false);
        assertThat(new PdfRow(List.of(value, label)).line().text()).isEqualTo(label.text() + " 12");
        assertThat(new PdfRow(List.of(value, english)).line().text()).isEqualTo("12 Berth of the north");
    }
}
