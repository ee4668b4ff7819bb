package io.arketic.rag.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {

    private final Expressions expressions = new Expressions();

    private final Map<String, Object> variables = Map.of(
            "input",
            Map.of("name", "Ada", "count", 3, "ratio", 0.5, "tags", List.of("a", "b"), "braces", "{{ input.name }}"),
            "steps",
            Map.of("find", Map.of("output", Map.of("hits", Arrays.asList(1L, null)))));

    @Test
    void aTextThatIsOneExpressionKeepsItsType() throws ExpressionException {
        assertThat(value("{{ input.count + 1 }}")).isEqualTo(4L);
        assertThat(value("{{input.ratio}}")).isEqualTo(0.5);
        assertThat(value("{{ input.tags.map(t, {'tag': t, 'more': {'n': 1}}) }}"))
                .isEqualTo(List.of(
                        Map.of("tag", "a", "more", Map.of("n", 1L)), Map.of("tag", "b", "more", Map.of("n", 1L))));
        assertThat(value("{{ steps.find.output.hits }}")).isEqualTo(Arrays.asList(1L, null));
        assertThat(value("{{ null }}")).isNull();
        assertThat(value("{{ input.count > 2 }}")).isEqualTo(true);
    }

    @Test
    void valuesArePutIntoATextAndAreNotReadAgain() throws ExpressionException {
        assertThat(value("Dear {{ input.name }}, {{ input.count }} of {{ input.tags }}"))
                .isEqualTo("Dear Ada, 3 of [\"a\",\"b\"]");
        assertThat(value("{{ input.braces }}!")).isEqualTo("{{ input.name }}!");
        assertThat(value("{{ '}}' }} plain")).isEqualTo("}} plain");
        assertThat(value("plain")).isEqualTo("plain");
    }

    @Test
    void theStepsThatAreReadAreKnown() throws ExpressionException {
        assertThat(expressions
                        .compile("steps.find.output.x == steps['other'].output")
                        .steps())
                .containsExactlyInAnyOrder("find", "other");
        assertThat(expressions.compile("steps.map(s, s)").readsUnnamedSteps()).isTrue();
        assertThat(expressions.compile("steps[input.name].output").readsUnnamedSteps())
                .isTrue();
        assertThat(expressions.compile("steps.find.output").readsUnnamedSteps()).isFalse();
        assertThat(expressions.compile("'a' + 'b'").mayBeBoolean()).isFalse();
        assertThat(expressions.compile("input.x").mayBeBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "input.",
                "env.HOME",
                "getClass()",
                "'a'.getClass()",
                "secrets.key",
                "java.lang.System.exit(1)",
                "input.name.matches(",
                "1 + 'a'",
                "open('/etc/passwd')"
            })
    void whatIsNoExpressionOverTheRunIsRefused(String text) {
        assertThatExceptionOfType(ExpressionException.class).isThrownBy(() -> expressions.compile(text));
    }

    /** Doubling a text, nesting loops, and a regular expression that backtracks elsewhere. */
    @Test
    void whatWouldTakeMemoryOrTimeEndsAtItsCost() throws ExpressionException {
        String doubling = "['aaaaaaaaaaaaaaaa']" + ".map(a, a + a)".repeat(60);
        assertThatExceptionOfType(ExpressionException.class).isThrownBy(() -> value("{{ " + doubling + " }}"));
        String list = "[" + String.join(",", Collections.nCopies(100, "1")) + "]";
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> value("{{ " + list + ".map(a, " + list + ".map(b, " + list + ".map(c, a+b+c))) }}"));
        assertThat(value("{{ '" + "a".repeat(2000) + "!'.matches('^(a+)+$') }}"))
                .isEqualTo(false);
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> expressions.compile("(".repeat(2000) + "1" + ")".repeat(1999)));
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> expressions.compile("1 + ".repeat(1500) + "1"));
    }

    private Object value(String text) throws ExpressionException {
        return TemplateText.of(expressions, text).value(variables);
    }
}
