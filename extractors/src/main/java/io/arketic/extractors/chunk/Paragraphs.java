package io.arketic.extractors.chunk;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import java.util.ArrayList;
import java.util.List;

/** Completes the blocks of a document with paragraphs where it names none. */
final class Paragraphs {

    private Paragraphs() {}

    static List<Block> fill(ExtractedDocument document) {
        List<Block> filled = new ArrayList<>(document.blocks().size());
        int at = 0;
        for (Block block : document.blocks()) {
            addParagraphs(document.text(), at, block.start(), filled);
            filled.add(block);
            at = block.end();
        }
        addParagraphs(document.text(), at, document.text().length(), filled);
        return filled;
    }

    private static void addParagraphs(String text, int from, int to, List<Block> filled) {
        int start = WhiteSpace.skip(text, from);
        while (start < to) {
            int gap = text.indexOf("\n\n", start);
            int end = gap < 0 || gap > to ? to : gap;
            filled.add(new Block(BlockType.PARAGRAPH, 0, start, end));
            start = WhiteSpace.skip(text, end);
        }
    }
}
