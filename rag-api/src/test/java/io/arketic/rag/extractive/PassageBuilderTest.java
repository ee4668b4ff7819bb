package io.arketic.rag.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.search.ChunkHit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that a passage has everything that belongs to its sentence, and nothing else. */
class PassageBuilderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Needed:\\n\\n- a hammer\\n- two nails|Needed|Needed:\\n\\n- a hammer\\n- two nails",
                "It is restarted with this:\\n\\n$ ctl restart now|restarted|It is restarted with this:\\n\\n$ ctl restart now",
                "--force\\n\\nOverwrites the file.|Overwrites|--force\\n\\nOverwrites the file.",
                "a=nofifo\\nDisables the queue entirely.|Disables|a=nofifo\\nDisables the queue entirely.",
                "Lost property\\n\\nIt is kept for a year.|kept|It is kept for a year.",
                "How long is it valid?\\n\\nFor a year.|year|For a year.",
                "It fell. This was in May.|This|It fell. This was in May.",
                "It fell. Nobody was hurt.|It fell|It fell. Nobody was hurt.",
                "The clerk pays.\\n\\nThe warden sweeps.|clerk|The clerk pays.",
                "- one thing here\\n- another thing there|one thing|one thing here",
                "Colour: red\\nSize: 12|Size|Size: 12"
            })
    void aSentenceIsToldWithWhatBelongsToIt(String text, String anchor, String told) {
        assertThat(around("What is it?", text, anchor).told()).isEqualTo(told.replace("\\n", "\n"));
    }

    @Test
    void aTextAboutAnotherCodeIsLeftOut() {
        String text = "ERR-4010 is an empty tray. ERR-4011 is an open door.";
        assertThat(around("What does ERR-4010 mean?", text, "ERR-4010").told()).isEqualTo("ERR-4010 is an empty tray.");
    }

    @Test
    void aParagraphIsFollowedOnlySoFar() {
        String text = "The pump starts. " + "It then does something else for a while. ".repeat(30);
        assertThat(around("What is it?", text, "The pump").told().length()).isBetween(100, 400);
    }

    @Test
    void theQuoteIsExactlyTheDocumentsTextAndTheRowIsToldByItsColumns() {
        String text = "😀 Fares\n\n| Vehicle | Price |\n| --- | --- |\n| Car | 38 |";
        Passage passage = around("How much is it?", text, "Car");
        assertThat(passage.told()).isEqualTo("Vehicle: Car; Price: 38");
        int from = text.offsetByCodePoints(0, passage.start() - 100);
        assertThat(text.substring(from, text.offsetByCodePoints(from, passage.end() - passage.start())))
                .isEqualTo(passage.quote())
                .isEqualTo("Car | 38");
    }

    private static Passage around(String question, String text, String anchor) {
        ChunkHit hit = Hits.hit("text", text.replace("\\n", "\n"), 100);
        List<Sentence> sentences = SentenceSplitter.split(hit, 0);
        for (int i = 0; i < sentences.size(); i++) {
            if (sentences.get(i).text().contains(anchor) && sentences.get(i).form() != SentenceForm.HEADING) {
                return new PassageBuilder(AskedFor.of(question)).around(sentences, i);
            }
        }
        throw new AssertionError("no sentence holds " + anchor + ": " + sentences);
    }
}
