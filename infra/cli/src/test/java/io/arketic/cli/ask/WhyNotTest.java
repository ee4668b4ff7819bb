package io.arketic.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.cli.api.ApiClient;
import io.arketic.cli.terminal.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhyNotTest {

    @Test
    void aPassageIsNamedByItsDocumentAndAnOffset() {
        assertThat(ExpectedPassage.parse("a.pdf")).isEqualTo(new ExpectedPassage("a.pdf", null));
        assertThat(ExpectedPassage.parse("a.pdf#12")).isEqualTo(new ExpectedPassage("a.pdf", 12));
        assertThat(ExpectedPassage.parse("C# guide.pdf")).isEqualTo(new ExpectedPassage("C# guide.pdf", null));
        assertThat(ExpectedPassage.parse("#5.pdf")).isEqualTo(new ExpectedPassage("#5.pdf", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#12", " #1", "a.pdf#99999999999"})
    void whatNamesNoneIsRefused(String text) {
        assertThatThrownBy(() -> ExpectedPassage.parse(text)).isInstanceOf(CommandException.class);
    }

    @Test
    void theReportNamesEachStageAndTheOneThatLostIt() {
        assertThat(WhyNotCommand.report(ApiClient.parse("""
                        {"found": false, "lost_at": "words", "stages": [
                          {"stage": "vector", "passed": null, "detail": "the mode is text"},
                          {"stage": "words", "passed": false, "rank": 151, "score": 1.25, "detail": "too many"}]}""")))
                .containsExactly(
                        "vector   -                        the mode is text",
                        "words    LOST    #151     1.2500  too many",
                        "It is lost at: words");
    }
}
