package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
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
        assertThat(scope(question)).isEqualTo(new QuestionScope(true, false, List.of(), Set.of(), false));
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
        assertThat(scope(question)).isEqualTo(new QuestionScope(false, true, List.of(), Set.of(), false));
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
        assertThat(scope(question)).isEqualTo(new QuestionScope(false, false, List.of(), Set.of(), false));
    }

    @Test
    void aPastedTextIsNoQuestion() {
        assertThat(QuestionScope.of("the latest ".repeat(10_000)))
                .isEqualTo(new QuestionScope(false, false, List.of(), Set.of(), true));
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
        assertThat(QuestionScope.of("q1 q2 q3 q4 q5 q6 q7 q8 q9 q10").numbers()).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What is due within 30 days?",
                "Which 3 steps follow?",
                "Who gets 5 % off, or 5%?",
                "Is a fine of $30 or € 20 or 40 euros due?",
                "How long do 2000 metres take at 12 km/h?",
                "Are 1024 MB or 2048 bytes enough for 7 people?",
                "Innerhalb von 30 Tagen, mit 3 Schritten und 5 Prozent?",
                "Bekommt der Kunde 5 Prozent nach 2 Jahren?",
                "Dans 30 jours, en 3 étapes, 5 pour cent ?",
                "30 gün içinde 3 adım",
                "30 天之内"
            })
    void quantitiesNameNoDocument(String question) {
        assertThat(QuestionScope.of(question).numbers()).isEmpty();
    }

    @Test
    void whatIsNumberedMayNameADocument() {
        assertThat(QuestionScope.of("What did minutes 12 and report no. 7 decide?")
                        .numbers())
                .containsExactly("12", "7");
        assertThat(QuestionScope.of("Which headers has RFC 2616?").numbers()).containsExactly("2616");
        assertThat(QuestionScope.of("laut Protokoll 12 von 2024").numbers()).containsExactly("12", "2024");
        assertThat(QuestionScope.of("FY24, v2 and 1999?").numbers()).containsExactly("fy24", "v2", "1999");
    }

    @Test
    void namesAreWordsWithACapitalWithinASentence() {
        assertThat(QuestionScope.of("How has Apple's margin changed? Was it Intel's or “Ångström”?")
                        .names())
                .containsExactlyInAnyOrder("apple", "intel", "ångström");
        assertThat(QuestionScope.of("What Is The Margin Of Apple").names())
                .as("a headline")
                .isEmpty();
        assertThat(QuestionScope.of("WHAT IS THE MARGIN OF APPLE").names()).isEmpty();
        assertThat(QuestionScope.of("what is the margin?").names()).isEmpty();
    }

    @Test
    void aCodeIsAWordWithADigitThatIsNoNumberOfADocument() {
        assertThat(QuestionScope.of("What is ERR-4012?").code()).isTrue();
        assertThat(QuestionScope.of("the margin in Q3 2023").code()).isFalse();
        assertThat(QuestionScope.of("within 30 days").code()).isFalse();
    }

    /** Returns the scope without numbers, names and codes, which other tests look at. */
    private static QuestionScope scope(String question) {
        QuestionScope scope = QuestionScope.of(question);
        return new QuestionScope(scope.several(), scope.latest(), List.of(), Set.of(), false);
    }
}
