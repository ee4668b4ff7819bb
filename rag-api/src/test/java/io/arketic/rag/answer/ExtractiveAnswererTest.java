package io.arketic.rag.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.extractive.ContentWords;
import io.arketic.rag.extractive.ExtractiveAnswerer;
import io.arketic.rag.extractive.ExtractiveAnswerer.Choice;
import io.arketic.rag.extractive.Hits;
import io.arketic.schema.search.ChunkHit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ranks by words alone, as in languages outside of the embedding model's. */
class ExtractiveAnswererTest {

    private final ExtractiveAnswerer answerer = new ExtractiveAnswerer();

    @Test
    void answersWithTheSentenceThatHoldsTheQuestionsWords() throws Exception {
        ChunkHit pump = Hits.hit(
                "text", "Die Pumpe fördert vierzig Liter. Der Filter der Pumpe wird alle neunzig Tage gewechselt.", 0);
        ChunkHit other = Hits.hit("text", "Der Garten liegt hinter dem Haus. Er ist grün.", 0);
        List<Choice> chosen = answerer.choose("Wie oft wird der Filter gewechselt?", List.of(other, pump), null);
        assertThat(chosen).isNotEmpty();
        assertThat(chosen.get(0).sentence().text())
                .isEqualTo("Der Filter der Pumpe wird alle neunzig Tage gewechselt.");
        assertThat(chosen.get(0).confidence()).isBetween(0.5, 1.0);
    }

    @Test
    void saysNothingWhenNoSentenceSpeaksOfTheQuestion() throws Exception {
        ChunkHit garden = Hits.hit("text", "Der Garten liegt hinter dem Haus. Er ist grün und hell.", 0);
        assertThat(answerer.choose("Wann wurde die Turbine geliefert?", List.of(garden), null))
                .isEmpty();
        assertThat(answerer.choose("???", List.of(garden), null)).isEmpty();
        assertThat(answerer.choose("Turbine", List.of(), null)).isEmpty();
    }

    @Test
    void saysNothingTwice() throws Exception {
        String sentence = "Turbine Nord wurde 1987 geliefert.";
        List<Choice> chosen = answerer.choose(
                "Wann wurde Turbine Nord geliefert?",
                List.of(Hits.hit("text", sentence, 0), Hits.hit("text", sentence + " Sie ist rot und schnell.", 50)),
                null);
        assertThat(chosen).extracting(choice -> choice.sentence().text()).containsOnlyOnce(sentence);
    }

    @Test
    void inflectionsMeet() {
        assertThat(ContentWords.of("limits")).isEqualTo(ContentWords.of("limited"));
        assertThat(ContentWords.of("computational")).isEqualTo(ContentWords.of("computation"));
        assertThat(ContentWords.of("the who of")).isEmpty();
        assertThat(ContentWords.of("1987")).containsExactly("1987");
    }

    @Test
    void pagesCountFromTheOffsetsOfTheirBeginnings() {
        List<Integer> starts = List.of(0, 10, 20);
        assertThat(List.of(
                        Answers.page(starts, 0),
                        Answers.page(starts, 9),
                        Answers.page(starts, 10),
                        Answers.page(starts, 25)))
                .containsExactly(1, 1, 2, 3);
    }
}
