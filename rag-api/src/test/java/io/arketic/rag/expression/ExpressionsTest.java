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
            Map.of(
                    "name",
                    "Ada",
                    "count",
                    3,
                    "ratio",
                    0.5,
                    "tags",
                    List.of("a", "b"),
                    "braces",
                    "{{ input.name }}",
                    "long",
                    "a".repeat(1000)),
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

    /** Values that would be many times larger than what they are made of, alone or written out. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "T.replace('a', T).replace('a', T)",
                "T.replace('', T).replace('', T)",
                "T.replace('a', T, 900).replace('a', T, -1)",
                "[1,2,3,4,5,6,7,8,9].map(i, T.replace('a', T)).map(t, t.replace('a', T))",
                "L.map(i, T).join(T).replace('a', T)",
                "[L.map(i, T)].map(l, [l,l,l,l,l,l,l,l,l,l]).map(l, l.map(k, k.join(T)).join(T))",
                "[b'aaaaaaaaaaaaaaaa'].map(b, b + b)MORE.map(b, string(b))",
                "T.replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa').split('')",
                "[[T]].map(l, [l,l,l,l,l,l,l,l,l,l])TENS",
                "[{'a': T}].map(l, {'a': l, 'b': l, 'c': l, 'd': l, 'e': l, 'f': l, 'g': l, 'h': l})EIGHTS",
                "[L].map(l, l + l)MORE",
                "true || T.replace('a', T).replace('a', T) == '' ? T.replace('a', T).replace('a', T) : ''"
            })
    void aValueThatWouldBeTooLargeIsNotMade(String text) {
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> value("{{ " + large(text) + " }}"))
                .withMessageMatching("(makes|gives|costs) .*");
    }

    /** What compares, searches or matches for long, over values that are small. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[[T]].map(l, [l,l,l,l,l,l,l,l,l,l])TENS == [[T]].map(l, [l,l,l,l,l,l,l,l,l,l])TENS",
                "[T.replace('a', T.substring(700))].exists(t, (t + t).contains(t + 'b' + t))",
                "[T.replace('a', T.substring(700))].exists(t, (t + t).indexOf(t + 'b') > 0 || (t + t).lastIndexOf('b' + t) > 0)",
                "[T.replace('a', T.substring(700))].exists(t, t.split(t.substring(150000) + 'b').size() > 2)",
                "L.all(i, !T.replace('a', 'aaaaaaaaaaaaaaaa').matches('^(a?){200}(a+)+b$'))",
                "L.all(i, L.all(k, !matches(T, '^(a|b|ab)*(c|d)$')))"
            })
    void workThatWouldTakeLongIsNotBegun(String text) {
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> value("{{ " + large(text) + " }}"))
                .withMessageMatching("(makes|gives|costs) .*");
    }

    @Test
    void templatesOfOneStepTogetherGiveNoMoreThanOneValueMayHave() {
        String part = large("{{ T.replace('a', 'aaaaaaaaaa') }}");
        Evaluation evaluation = new Evaluation(variables);
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> TemplateText.render(expressions, Collections.nCopies(200, part), evaluation))
                .withMessageStartingWith("gives more than");
    }

    @Test
    void ordinaryTextsAreMadeSearchedAndSplit() throws ExpressionException {
        assertThat(value("{{ 'a-b-c'.replace('-', '+') + 'x'.replace('', '_') + 'aaa'.replace('a', 'bb', 2) }}"))
                .isEqualTo("a+b+c_x_bbbba");
        assertThat(value("{{ ['b', 'a'].join(', ') + ['c'].join() }}")).isEqualTo("b, ac");
        assertThat(value("{{ 'a,b,,c'.split(',') + 'ab'.split('') + 'a,b,c'.split(',', 2) }}"))
                .isEqualTo(List.of("a", "b", "", "c", "a", "b", "a", "b,c"));
        assertThat(value("{{ 'tacocat'.indexOf('c') + 'tacocat'.lastIndexOf('c') }}"))
                .isEqualTo(6L);
        String text = "lorem ipsum ".repeat(20_000);
        Map<String, Object> texts = Map.of("input", Map.of("text", text, "texts", Collections.nCopies(200, text)));
        assertThat(TemplateText.of(
                                expressions,
                                "{{ input.text.contains('amet') || input.text.matches('dolor$') ? 0"
                                        + " : input.text.replace('m', 'n').split('i').size() }}")
                        .value(new Evaluation(texts)))
                .isEqualTo(20_001L);
        assertThat(expressions.compile("input.texts.size()").evaluate(texts)).isEqualTo(200L);
    }

    private static String large(String text) {
        return text.replace("MORE", ".map(a, a + a)".repeat(40))
                .replace("TENS", ".map(l, [l,l,l,l,l,l,l,l,l,l])".repeat(20))
                .replace(
                        "EIGHTS",
                        ".map(l, {'a': l, 'b': l, 'c': l, 'd': l, 'e': l, 'f': l, 'g': l, 'h': l})".repeat(20))
                .replace("L", "[" + String.join(",", Collections.nCopies(100, "1")) + "]")
                .replace("T", "input.long");
    }

    private Object value(String text) throws ExpressionException {
        return TemplateText.of(expressions, text).value(new Evaluation(variables));
    }
}
