package io.arketic.rag.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.StepFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFormTest {

    private static final Map<String, Object> SCHEMA = Map.of(
            "type",
            "object",
            "required",
            List.of("days"),
            "properties",
            Map.of("days", Map.of("type", "integer"), "pattern", Map.of("type", "string")),
            "additionalProperties",
            false);

    @Test
    void anAnswerThatFitsIsDataAlsoBetweenFences() {
        AnswerForm form = AnswerForm.of(SCHEMA);
        assertThat(form.read("{\"days\": 90}")).isEqualTo(Map.of("days", 90));
        assertThat(form.read("```json\n{\"days\": 90}\n```\n")).isEqualTo(Map.of("days", 90));
        assertThat(form.instructions()).contains("\"days\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"days\": \"ninety\"}",
                "{}",
                "{\"days\": 1, \"more\": 2}",
                "Every 90 days [1].",
                "",
                "{\"days\": 9"
            })
    void anAnswerThatDoesNotFitIsAskedForAgain(String answer) {
        assertThatThrownBy(() -> AnswerForm.of(SCHEMA).read(answer))
                .isInstanceOfSatisfying(
                        StepFailure.class, failure -> assertThat(failure.kind()).isEqualTo(FailureKind.TEMPORARY));
    }

    @Test
    void aSchemaNeitherLeadsElsewhereNorTakesForEver() {
        for (String keyword : List.of("$ref", "$dynamicRef", "$schema", "$id", "pattern")) {
            assertThatThrownBy(() -> AnswerForm.of(
                            Map.of("properties", Map.of("a", Map.of(keyword, "https://example.org/(a+)+$")))))
                    .isInstanceOfSatisfying(StepFailure.class, failure -> {
                        assertThat(failure.kind()).isEqualTo(FailureKind.INVALID);
                        assertThat(failure).hasMessageContaining(keyword);
                    });
        }
        assertThatThrownBy(() -> AnswerForm.of(Map.of("type", "nonsense")).read("{}"))
                .isInstanceOf(StepFailure.class);
    }
}
