package io.arketic.rag.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SentenceSplitterTest {

    @Test
    void offsetsAreCodePointsOfTheDocument() {
        String text = "😀 First one. Second 😀 one.\n\nThird.";
        List<Sentence> sentences = SentenceSplitter.split(Hits.hit("text", text, 100), 0);
        assertThat(sentences).extracting(Sentence::text).containsExactly("😀 First one.", "Second 😀 one.", "Third.");
        for (Sentence sentence : sentences) {
            assertThat(text.substring(
                            text.offsetByCodePoints(0, sentence.start() - 100),
                            text.offsetByCodePoints(0, sentence.end() - 100)))
                    .isEqualTo(sentence.text());
        }
    }

    @Test
    void aWrappedLineEndsNoSentenceAndAnAbbreviationNeither() {
        assertThat(texts("text", "The report of Dr. Smith was\nwritten in May. It is long."))
                .containsExactly("The report of Dr. Smith was\nwritten in May.", "It is long.");
    }

    @Test
    void aHeadingLineIsTheContextOfTheSentenceUnderItAndNoPartOfIt() {
        List<Sentence> sentences = SentenceSplitter.split(
                Hits.hit("text", "It ends.\nLost property\nWhat is found on a bicycle is kept\nfor 60 days.", 0), 0);
        assertThat(sentences)
                .extracting(Sentence::text)
                .containsExactly("It ends.", "What is found on a bicycle is kept\nfor 60 days.");
        assertThat(sentences).extracting(Sentence::context).containsExactly("", "Lost property");
    }

    @Test
    void listItemsAndRowsStandAlone() {
        assertThat(texts("list", "Needed:\n- a hammer\n- two nails\n2. glue"))
                .containsExactly("Needed:", "a hammer", "two nails", "glue");
        List<Sentence> rows =
                SentenceSplitter.split(Hits.hit("table", "| City | People |\n|---|---|\n| Bern | 134,000 |", 0), 0);
        assertThat(rows).extracting(Sentence::text).containsExactly("Bern | 134,000");
        assertThat(rows.get(0).context()).isEqualTo("City | People");
    }

    @Test
    void otherScriptsHaveSentencesToo() {
        assertThat(texts("text", "他住在北京。他是医生。")).containsExactly("他住在北京。", "他是医生。");
        assertThat(texts("text", "هو يعيش في القاهرة. هل هو طبيب؟ نعم.")).hasSize(3);
    }

    private static List<String> texts(String type, String text) {
        return SentenceSplitter.split(Hits.hit(type, text, 0), 0).stream()
                .map(Sentence::text)
                .toList();
    }
}
