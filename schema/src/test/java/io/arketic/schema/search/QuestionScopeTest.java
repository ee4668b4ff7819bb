package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionScopeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "How has the revenue changed over time?",
                "Which risks are disclosed in these 10-Qs?",
                "What was the tax rate in the latest report compared to previous quarters?",
                "Wie ist die Entwicklung der Kosten?",
                "Quelles sont les tendances ?",
                "历年收入的趋势"
            })
    void severalDocumentsAreAskedFor(String question) {
        assertThat(scope(question)).isEqualTo(new QuestionScope(true, false, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What was the margin in the LATEST 10-Q?",
                "the most recent minutes",
                "Was steht im neuesten Bericht?",
                "¿Cuál es el informe más reciente?",
                "En yeni rapor ne diyor?",
                "最新报告"
            })
    void theLatestDocumentIsAskedFor(String question) {
        assertThat(scope(question)).isEqualTo(new QuestionScope(false, true, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "How often is the filter changed?",
                "Who was a relatest of hers?",
                "\u0000 ' \\ ( [ *",
                "What historical figure was Jacksonville named after?"
            })
    void noDocumentInParticularIsAskedFor(String question) {
        assertThat(scope(question)).isEqualTo(new QuestionScope(false, false, List.of()));
    }

    @Test
    void aPastedTextIsNoQuestion() {
        assertThat(QuestionScope.of("the latest ".repeat(10_000)))
                .isEqualTo(new QuestionScope(false, false, List.of()));
    }

    @Test
    void numbersAndQuartersOfAQuestionMayNameADocument() {
        assertThat(QuestionScope.of("How much was spent in Q1 2023?").numbers()).containsExactly("q1", "2023");
        assertThat(QuestionScope.of("the second quarter of 2023").numbers()).containsExactly("2023", "q2");
        assertThat(QuestionScope.of("im dritten Quartal, laut RFC 6582").numbers())
                .containsExactly("6582", "q3");
        assertThat(QuestionScope.of("CVE-2025-31337, ERR-4012, 0050.118.2 and COVID-19 of the 10-Q")
                        .numbers())
                .as("codes")
                .isEmpty();
        assertThat(QuestionScope.of("1 2 3 4 5 6 7 8 9 10").numbers()).hasSize(8);
    }

    /** Without the numbers, which other tests look at. */
    private static QuestionScope scope(String question) {
        QuestionScope scope = QuestionScope.of(question);
        return new QuestionScope(scope.several(), scope.latest(), List.of());
    }
}
