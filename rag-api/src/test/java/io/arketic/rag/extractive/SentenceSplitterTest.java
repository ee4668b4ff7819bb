package io.arketic.rag.extractive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                .containsExactly("It ends.", "Lost property", "What is found on a bicycle is kept\nfor 60 days.");
        assertThat(sentences).extracting(Sentence::context).containsExactly("", "", "Lost property");
        assertThat(sentences.get(1).form()).isEqualTo(SentenceForm.HEADING);
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How long is it valid?\\n\\nFor a year.|For a year.|PROSE|How long is it valid?",
                "4.2 Return\\n\\nIt is paid back.|It is paid back.|PROSE|4.2 Return",
                "4 Rent\\n\\n4.1 Amount\\n\\nIt is low.|It is low.|PROSE|4 Rent › 4.1 Amount",
                "Titles\\n======\\n\\nThey are short.|They are short.|PROSE|Titles",
                "--force\\n\\nOverwrites it.|Overwrites it.|PROSE|--force",
                "a=nofifo\\nDisables the queue entirely.|Disables the queue entirely.|PROSE|a=nofifo",
                "Colour: red\\nSize: 12|Size: 12|FIELD|Colour: red",
                "2026-04-02T14:03:22Z ERROR a\\n2026-04-02T14:03:23Z INFO b|2026-04-02T14:03:23Z INFO b|LINE|''",
                "Run this:\\n\\n$ make install|$ make install|CODE|''"
            })
    void theShapeOfATextTellsItsForm(String text, String sentence, SentenceForm form, String context) {
        Sentence last = SentenceSplitter.split(Hits.hit("text", text.replace("\\n", "\n"), 0), 0).stream()
                .reduce((before, after) -> after)
                .orElseThrow();
        assertThat(last.text()).isEqualTo(sentence);
        assertThat(last.form()).isEqualTo(form);
        assertThat(last.context()).isEqualTo(context);
    }

    @Test
    void rowsThatAnOverlapBeginsWithHaveTheHeaderToo() {
        List<Sentence> rows = SentenceSplitter.split(
                Hits.hit("table", "| Bern | 1 |\n\n| City | People |\n|---|---|\n| Rome | 2 |", 0), 0);
        assertThat(rows).extracting(TableRows::told).containsExactly("City: Bern; People: 1", "City: Rome; People: 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "A b. ",
                "a: b\n",
                "| a ",
                "- x\n",
                "x\n\n",
                "Ab\nCd ef gh.\n",
                "((((",
                "a=b;\n",
                " \n",
                "1.2.",
                "?"
            })
    void timeGrowsWithTheTextsLengthAlone(String piece) {
        String text = piece.repeat(200_000 / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> SentenceSplitter.split(Hits.hit("text", text, 0), 0));
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
