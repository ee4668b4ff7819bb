package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SearchWordsTest {

    @Test
    void wordsAreCutAtMarksAndNumbersKeptWhole() {
        assertThat(SearchWords.of("Don't mail foo.bar@example.com: 3.14 or 1,000 snake_case!", "english"))
                .containsExactly(
                        "don", "t", "mail", "foo", "bar", "example", "com", "3.14", "or", "1,000", "snake", "case");
    }

    @Test
    void caseFollowsTheLanguage() {
        assertThat(SearchWords.of("IŞIK İSTANBUL", "turkish")).containsExactly("ışık", "istanbul");
        assertThat(SearchWords.of("ISTANBUL Straße", "german")).containsExactly("istanbul", "straße");
    }

    @Test
    void compatibleFormsAndOptionalMarksAreOne() {
        assertThat(SearchWords.of("ﬁle Ａ１", "simple")).containsExactly("file", "a1");
        assertThat(SearchWords.of("مُحَمَّد", "arabic")).containsExactly("محمد");
    }

    @Test
    void wordsWithAccentsAreStoredWithoutThemToo() {
        assertThat(SearchWords.stored("Le musée est ouvert", "french"))
                .containsExactly("le", "musée", "musee", "est", "ouvert");
        assertThat(SearchWords.stored("żółty IŞIK", "simple")).containsExactly("żółty", "zolty", "işik", "isik");
        assertThat(SearchWords.stored("ışık", "turkish")).containsExactly("ışık", "isik");
    }

    @Test
    void foldingLeavesOtherScriptsLettersAlone() {
        for (String word : List.of("русский", "人工", "が", "हिन्दी", "한국", "ทดสอบ", "محمد", "plain", "3.14")) {
            assertThat(SearchWords.folded(word)).isEqualTo(word);
        }
        assertThat(SearchWords.folded("ёлка")).isEqualTo("елка");
        assertThat(SearchWords.folded("ξένος")).isEqualTo("ξενος");
        assertThat(SearchWords.folded("straße")).isEqualTo("strasse");
        assertThat(SearchWords.folded("việt")).isEqualTo("viet");
    }

    @Test
    void scriptsWithoutSpacesBecomePairsOrDictionaryWords() {
        assertThat(SearchWords.of("人工智能AI图", "simple")).containsExactly("人工", "工智", "智能", "ai", "图");
        assertThat(SearchWords.of("コーヒー", "simple")).containsExactly("コー", "ーヒ", "ヒー");
        assertThat(SearchWords.of("ทดสอบภาษาไทย", "simple")).containsExactly("ทดสอบ", "ภาษา", "ไทย");
    }

    @Test
    void noWordsAreNoWords() {
        assertThat(SearchWords.of("", "english")).isEmpty();
        assertThat(SearchWords.of(" … — ?!\n\uD83D\uDEA2", "english")).isEmpty();
        assertThat(SearchWords.of("x".repeat(5000), "english")).isEmpty();
    }

    @Test
    void theConfigurationFollowsTheLanguage() {
        assertThat(SearchWords.configuration("de-AT", "")).isEqualTo("german");
        assertThat(SearchWords.configuration("zh-Hans", "")).isEqualTo("simple");
        assertThat(SearchWords.configuration(null, "plain letters")).isEqualTo("english");
        assertThat(SearchWords.configuration(null, "буквы")).isEqualTo("simple");
        assertThat(SearchWords.configuration("und", "letters")).isEqualTo("english");
    }
}
