package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentTitlesTest {

    private static final String TEXT = "Part one\n\nHarbour rates\n\nA berth costs eleven euros.";
    private static final List<Block> BLOCKS = List.of(
            new Block(BlockType.HEADING, 2, 0, 8),
            new Block(BlockType.HEADING, 1, 10, 23),
            new Block(BlockType.PARAGRAPH, 0, 25, TEXT.length()));

    @Test
    void theTitleThatAnAuthorGaveCounts() {
        assertThat(DocumentTitles.of("Rates of 2026", TEXT, BLOCKS, true)).isEqualTo("Rates of 2026");
        assertThat(DocumentTitles.of("Microsoft Word - Rates of 2026", TEXT, BLOCKS, true))
                .isEqualTo("Rates of 2026");
    }

    @Test
    void whatAProgramWroteForWantOfATitleIsNone() {
        for (String given : new String[] {
            null, "", " ", "Untitled", "PowerPoint Presentation", "Microsoft Word - rates_v3.doc", "rates.indd", "?"
        }) {
            assertThat(DocumentTitles.of(given, TEXT, BLOCKS, true)).as(given).isEqualTo("Harbour rates");
        }
    }

    @Test
    void theNameOfASheetIsNoTitleOfItsBook() {
        assertThat(DocumentTitles.of("untitled", TEXT, BLOCKS, false)).isNull();
        assertThat(DocumentTitles.of(null, TEXT, BLOCKS.subList(2, 3), true)).isNull();
    }
}
