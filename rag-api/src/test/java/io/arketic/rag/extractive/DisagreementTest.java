package io.arketic.rag.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.extractive.ExtractiveAnswerer.Choice;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that both of two documents with different figures are shown. */
class DisagreementTest {

    private static final String OLD = "Die Kaution der Halle beträgt 500 Euro.";
    private static final String NEW = "Die Kaution der Halle beträgt 640 Euro.";

    @Test
    void otherFiguresInTheSameWordsAreADisagreement() throws Exception {
        List<Choice> chosen = choose(OLD, NEW);
        assertThat(chosen).extracting(choice -> choice.passage().told()).containsExactlyInAnyOrder(OLD, NEW);
        assertThat(Disagreement.among(chosen)).isTrue();
    }

    @Test
    void theSameFiguresAreNone() throws Exception {
        assertThat(Disagreement.among(choose(NEW, "Die Kaution der Halle ist 640 Euro hoch.")))
                .isFalse();
        assertThat(Disagreement.among(choose(NEW, "Der Garten liegt 30 Meter hinter der Halle.")))
                .isFalse();
    }

    private static List<Choice> choose(String one, String other) throws Exception {
        return new ExtractiveAnswerer()
                .choose(
                        "Wie hoch ist die Kaution der Halle?",
                        List.of(Hits.hit("text", one, 0), Hits.hit("text", other, 0)),
                        null);
    }
}
