package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(QuestionScope.of(question)).isEqualTo(new QuestionScope(true, false));
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
        assertThat(QuestionScope.of(question)).isEqualTo(new QuestionScope(false, true));
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
        assertThat(QuestionScope.of(question)).isEqualTo(new QuestionScope(false, false));
    }

    @Test
    void aPastedTextIsNoQuestion() {
        assertThat(QuestionScope.of("the latest ".repeat(10_000))).isEqualTo(new QuestionScope(false, false));
    }
}
