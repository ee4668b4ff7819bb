package io.arketic.rag.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class ProblemReasonTest {

    @Test
    void eachHasATypeOfItsOwn() {
        assertThat(Arrays.stream(ProblemReason.values()).map(ProblemReason::type))
                .doesNotHaveDuplicates();
        assertThat(ProblemReason.EMAIL_TAKEN.type()).hasToString("urn:arketic:problem:email-taken");
        assertThat(ProblemReason.INVALID_INPUT.status().value()).isEqualTo(422);
        assertThat(ProblemReason.TOO_LARGE.status().value()).isEqualTo(413);
    }

    @Test
    void aFieldIsNamed() {
        var body = ProblemException.ofField(ProblemReason.INVALID_INPUT, "chunk_size", "is wrong")
                .body();
        assertThat(body.getProperties()).containsKey("errors");
        assertThat(body.getDetail()).contains("chunk_size");
    }

    @Test
    void eachHasATitleInEveryLanguage() {
        for (String language : new String[] {"de", "tr"}) {
            assertThat(ResourceBundle.getBundle("problems", Locale.forLanguageTag(language))
                            .keySet())
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemReason.values())
                            .map(ProblemReason::label)
                            .toList());
        }
        assertThat(ProblemReason.NOT_FOUND.title(Locale.forLanguageTag("de-AT")))
                .isEqualTo("Nicht gefunden");
        assertThat(ProblemReason.NOT_FOUND.title(Locale.FRENCH)).isEqualTo("Not found");
    }
}
