package io.arketic.schema.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextQualityTest {

    private static final double HIDDEN = 0.1;

    @Test
    void pageNumbersAndCopyrightsScoreNextToNothing() {
        for (String text : List.of(
                "7",
                "- 7 -",
                "Page 3 of 10",
                "Seite 3 von 10\n© 2024 Example Ltd. All rights reserved",
                "© 2024 Example Ltd. All rights reserved",
                "....... 12")) {
            assertThat(TextQuality.of(text)).as(text).isLessThan(HIDDEN);
        }
    }

    @Test
    void aListOfNumbersIsText() {
        String articles =
                IntStream.range(47_110, 47_150).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        assertThat(TextQuality.of(articles)).isEqualTo(1);
        assertThat(TextQuality.of("4711\n4712\n4713")).isGreaterThan(HIDDEN);
    }

    @Test
    void aParagraphThatBeginsWithACopyrightIsText() {
        String paragraph =
                "Copyright 2024 law reforms changed how libraries lend digital books, and which fees they pay to"
                        + " publishers, authors and collecting societies.";
        assertThat(TextQuality.of(paragraph)).isEqualTo(1);
    }

    @Test
    void aPageNumberWithinProseTakesNothingAway() {
        assertThat(TextQuality.of("The filter is changed every ninety days.\n12\nThe pump runs without a pause."))
                .isEqualTo(1);
    }
}
