package io.arketic.rag.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.rag.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlugTest {

    @ParameterizedTest
    @CsvSource({"Acme Corp.,acme-corp", "Ünal & Söhne,unal-sohne", "İstanbul Şirketi,istanbul-sirketi", "  a  b ,a-b"})
    void isMadeOfNamesInAnyScript(String name, String slug) {
        assertThat(Slug.ofName(name).text()).isEqualTo(slug);
    }

    @Test
    void isCutToItsLongest() {
        assertThat(Slug.ofName("word ".repeat(60)).text())
                .hasSizeLessThanOrEqualTo(100)
                .doesNotEndWith("-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "-a", "a-", "A-b", "a b", "a/b", "a.b", "ünal"})
    void refusesOtherForms(String text) {
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> new Slug(text));
    }

    @Test
    void cannotBeMadeOfSignsAlone() {
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> Slug.ofName("!!!"));
    }
}
