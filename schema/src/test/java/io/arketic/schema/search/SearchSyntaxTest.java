package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchSyntaxTest {

    @Test
    void quotesAndMinusAreTaken() {
        assertThat(SearchSyntax.of("the \"wash unit\" -rubber -\"rinse unit\" gasket"))
                .isEqualTo(new SearchSyntax(
                        "the wash unit   gasket", List.of("wash unit"), List.of("rubber", "rinse unit")));
        assertThat(SearchSyntax.of("„Wasch-Einheit“ und «C#»").phrases()).containsExactly("Wasch-Einheit", "C#");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a 10-Q of DS-7604NI-E1/4P/A",
                "minus -5 degrees",
                "a - b",
                "an open \" quote",
                "5\" screws and 3\" nails",
                "-rubber",
                "",
                "\u0000"
            })
    void whatIsNoOperatorIsWords(String text) {
        SearchSyntax syntax = SearchSyntax.of(text);
        assertThat(syntax.phrases()).isEmpty();
        assertThat(syntax.without()).isEmpty();
        assertThat(syntax.question()).isEqualTo(text);
    }

    @Test
    void operatorsAreBounded() {
        SearchSyntax many = SearchSyntax.of("pump " + "-a ".repeat(2_000));
        assertThat(many.without()).hasSize(16);
        SearchSyntax empty = SearchSyntax.of("pump \"...\" \"  \" \"!\"");
        assertThat(empty.phrases()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "wash unit, (^|[^[:alnum:]])(?:wash[[:space:]]+unit)($|[^[:alnum:]])",
        "C++17, (^|[^[:alnum:]])(?:C\\+\\+17)($|[^[:alnum:]])",
        "C#, (^|[^[:alnum:]])(?:C\\#)",
        "(a|b)*, (?:\\(a\\|b\\)\\*)",
        "医疗, (?:医疗)"
    })
    void aPhraseIsTakenAsItIsWritten(String phrase, String pattern) {
        assertThat(SearchSyntax.pattern(phrase)).isEqualTo(pattern);
    }
}
