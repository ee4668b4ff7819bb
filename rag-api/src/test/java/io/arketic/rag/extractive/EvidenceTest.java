package io.arketic.rag.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.search.ChunkHit;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the evidence for and against an answer. */
class EvidenceTest {

    private static final double[] GOOD = {0.7, 0.8, 0.8, 0.9, 0.6, 1, 0, 0.05, 1, 0.8, 1, 1, 0, 0, 0, 0};

    @Test
    void aSentenceThatFitsInEveryWayIsTrusted() {
        assertThat(evidence(GOOD).confidence(true)).isGreaterThan(0.7);
        assertThat(evidence(GOOD).confidence(false)).isGreaterThan(0.9);
    }

    @ParameterizedTest
    @CsvSource({
        "similarity, 0, 0.4",
        "coverage, 1, 0.4",
        "gap, 7, 0.3",
        "names, 8, 0",
        "pairs, 9, 0.1",
        "kind, 10, 0",
        "turned, 15, 1"
    })
    void eachThingThatDoesNotFitLowersTheConfidence(String name, int index, double worse) {
        double[] values = GOOD.clone();
        values[index] = worse;
        assertThat(evidence(values).confidence(true))
                .as(name)
                .isLessThan(evidence(GOOD).confidence(true));
    }

    private static Evidence evidence(double... values) {
        return new Evidence(
                values[0],
                values[1],
                values[2],
                values[3],
                values[4],
                values[5],
                values[6],
                values[7],
                values[8],
                values[9],
                values[10],
                values[11],
                values[12],
                values[13],
                values[14],
                values[15]);
    }

    @ParameterizedTest
    @CsvSource({
        "NUMBER, How many pumps are there?, There are twelve pumps., There are pumps.",
        "TIME, When was the pump built?, It was built in 1987., It was built by hand.",
        "PERSON, Who built the pump?, It was built by Ada Lovelace., It was built by hand.",
        "ANY, What does the pump move?, Water., ''",
        "ANY, Wer baute die Pumpe?, Ada., niemand"
    })
    void aQuestionAsksForAKindOfThing(AnswerKind kind, String question, String answer, String none) {
        Set<String> asked = Set.copyOf(ContentWords.words(question));
        assertThat(AnswerKind.of(question)).isEqualTo(kind);
        assertThat(kind.mayBeIn(answer, asked)).isTrue();
        assertThat(kind.mayBeIn(none, asked)).isEqualTo(kind == AnswerKind.ANY);
    }

    @Test
    void whatSomethingCostsIsToldInMoney() {
        assertThat(AnswerKind.of("What does one battery pack cost in the offer?"))
                .isEqualTo(AnswerKind.PRICE);
        for (String told :
                List.of("We offer packs at 212 euros each.", "Each is $ 12.50.", "CHF 8 a day", "It is free.")) {
            assertThat(AnswerKind.PRICE.speaksIn(SentenceForm.PROSE, told))
                    .as(told)
                    .isTrue();
        }
        assertThat(AnswerKind.PRICE.speaksIn(SentenceForm.PROSE, "Capacity: 13 ampere hours"))
                .isFalse();
    }

    @Test
    void oneWordHasOneStem() {
        for (List<String> forms : List.of(
                List.of("deep", "deeper", "deepest"),
                List.of("request", "requests", "requested"),
                List.of("long", "longest"))) {
            assertThat(forms.stream().map(ContentWords::of).distinct())
                    .as(forms.toString())
                    .hasSize(1);
        }
    }

    @Test
    void aNumberThatTheQuestionNamesIsNotItsAnswer() {
        Set<String> asked = Set.copyOf(ContentWords.words("How many pumps were built in 1987?"));
        assertThat(AnswerKind.NUMBER.mayBeIn("In 1987 pumps were built.", asked))
                .isFalse();
    }

    @Test
    void namesAreCapitalisedInsideTheQuestionOrHoldDigits() {
        assertThat(ContentWords.names("Where does the pump of Old Harbour with VK-36 stand?"))
                .contains("old", "harbou", "36")
                .doesNotContain("pump");
        assertThat(ContentWords.names("水泵在哪里？")).isEmpty();
    }

    @Test
    void pairsAreNearInATextThatSpeaksOfTheSame() {
        WordPairs pairs = new WordPairs("Which filter does the blue pump have?");
        assertThat(pairs.in("The blue pump has a filter of paper.")).isEqualTo(1);
        assertThat(pairs.in("The pump is here. Yellow roses and other flowers grow there; a filter is blue."))
                .isLessThan(1);
        assertThat(new WordPairs("Pump?").in("no pump")).isBetween(0.0, 1.0);
    }

    @Test
    void aNameThatThePassageLacksIsMissed() throws Exception {
        ChunkHit hit = Hits.hit("text", "Die Pumpe Nord wurde 1987 in Bremen von Anna Weber gebaut.", 0);
        ExtractiveAnswerer answerer = new ExtractiveAnswerer();
        assertThat(answerer.choose("Von wem wurde die Pumpe Nord in Bremen gebaut?", List.of(hit), null))
                .isNotEmpty();
        assertThat(answerer.choose("Von wem wurde das Kraftwerk Saturn in Lissabon gekauft?", List.of(hit), null))
                .isEmpty();
    }

    @Test
    void questionsInOtherScriptsAreAnswered() throws Exception {
        ChunkHit chinese = Hits.hit("text", "水泵的过滤器每九十天更换一次。花园在房子后面。", 0);
        assertThat(new ExtractiveAnswerer().choose("水泵的过滤器多久更换一次？", List.of(chinese), null))
                .isNotEmpty();
        ChunkHit arabic = Hits.hit("text", "يتم تغيير مرشح المضخة كل تسعين يوما. الحديقة خلف المنزل.", 0);
        assertThat(new ExtractiveAnswerer().choose("متى يتم تغيير مرشح المضخة؟", List.of(arabic), null))
                .isNotEmpty();
        ChunkHit turkish =
                Hits.hit("text", "Pompanın filtresi doksan günde bir değiştirilir. Bahçe evin arkasındadır.", 0);
        assertThat(new ExtractiveAnswerer()
                        .choose("Pompanın filtresi kaç günde bir değiştirilir?", List.of(turkish), null))
                .isNotEmpty();
    }
}
