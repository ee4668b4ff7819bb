package io.arketic.rag.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a question with a code is not answered with its neighbour. */
class CodesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What does ERR-4012 mean?|ERR-4012: the belt slipped|ERR-4010: the feeder is empty",
                "What does clause 4.2 say?|4.2 Return|14.2 Return",
                "What does clause 4.2 say?|see 4.2.|4.2.1 Return",
                "Where is DS-7608NI-E2/8P/A?|DS-7608NI-E2/8P/A is in rack 5|DS-7604NI-E1/4P/A is in rack 3",
                "What is new in v2.1.3?|v2.1.3 mends the clock|v2.10.3 mends the label",
                "Which error happened at 14:03:22?|2026-04-02T14:03:22.118Z ERROR|2026-04-02T14:03:23.118Z ERROR",
                "What fixes CVE-2025-31337?|fixes cve-2025-31337|fixes CVE-2025-31338",
                "Which program is written in C#?|the desk is written in C#|the desk is written in C",
                "法案A12是什么？|法案A12规定了价格|法案A13规定了价格"
            })
    void aCodeStandsThereLetterByLetter(String question, String text, String neighbour) {
        Codes codes = new Codes(question);
        assertThat(codes.isEmpty()).isFalse();
        assertThat(codes.allIn(text)).isTrue();
        assertThat(codes.allIn(neighbour)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Who ruled in the 19th century?",
                "What costs 100 euros?",
                "What is a 24-hour service?",
                "在1998年提出的法案是什么？",
                "How do I rename a file?"
            })
    void numbersOfEverydayAreNoCodes(String question) {
        assertThat(new Codes(question).isEmpty()).isTrue();
    }

    @Test
    void aYearMustStandInTheDocument() {
        Codes codes = new Codes("What were the opening hours in 2019?");
        assertThat(codes.yearsIn("From 2019 on the hall is open.")).isTrue();
        assertThat(codes.yearsIn("From 2020 on the hall is open.")).isFalse();
    }

    @Test
    void anotherCodeOfTheSameMakeIsToldApart() {
        Codes codes = new Codes("What does ERR-4012 mean?");
        assertThat(codes.otherIn("ERR-4013 is another.")).isTrue();
        assertThat(codes.otherIn("ERR-4012 is this one, on port 8080.")).isFalse();
    }
}
