package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SurroundingsTest {

    /** Offsets count code points; the text begins with one that takes two chars. */
    private static final String TEXT = "😀 one two three four";

    @Test
    void whatTwoChunksShareStandsOnce() {
        Surroundings whole = part(0, 9).followedBy(6, 15, cut(6, 15));
        assertThat(whole).isEqualTo(part(0, 15));
    }

    @Test
    void aChunkWithinAnotherAddsNothing() {
        assertThat(part(0, 15).followedBy(2, 9, cut(2, 9))).isEqualTo(part(0, 15));
    }

    @Test
    void offsetsStayRightAcrossAGap() {
        Surroundings whole = part(0, 5).followedBy(6, 9, cut(6, 9));
        assertThat(whole.text()).isEqualTo("😀 one\ntwo");
        assertThat(whole.text().codePointCount(0, whole.text().length())).isEqualTo(whole.end() - whole.start());
    }

    private static Surroundings part(int start, int end) {
        return new Surroundings(start, end, cut(start, end));
    }

    private static String cut(int start, int end) {
        return TEXT.substring(TEXT.offsetByCodePoints(0, start), TEXT.offsetByCodePoints(0, end));
    }
}
