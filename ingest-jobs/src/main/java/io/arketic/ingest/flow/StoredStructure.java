package io.arketic.ingest.flow;

import io.arketic.extractors.DocumentMetadata;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.schema.generation.StoredText;
import io.arketic.schema.generation.TextBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Converts the structure of a text between its stored form (code points) and the chunker's form (UTF-16 units). A round
 * trip keeps everything that the chunker uses, so that a document is cut again as it was the first time.
 */
public final class StoredStructure {

    private StoredStructure() {}

    public static List<Integer> pageStarts(ExtractedDocument document) {
        Cursor cursor = new Cursor(document.text());
        return document.pages().stream()
                .map(page -> cursor.codePoints(page.start()))
                .toList();
    }

    public static List<TextBlock> blocks(ExtractedDocument document) {
        Cursor cursor = new Cursor(document.text());
        List<TextBlock> blocks = new ArrayList<>(document.blocks().size());
        for (Block block : document.blocks()) {
            blocks.add(new TextBlock(
                    block.type().name().toLowerCase(Locale.ROOT),
                    block.level(),
                    cursor.codePoints(block.start()),
                    cursor.codePoints(block.end())));
        }
        return blocks;
    }

    /** Restores a document without the parts that the chunker ignores. */
    public static ExtractedDocument restore(StoredText stored) {
        Cursor cursor = new Cursor(stored.text());
        List<Block> blocks = new ArrayList<>(stored.blocks().size());
        for (TextBlock block : stored.blocks()) {
            blocks.add(new Block(
                    BlockType.valueOf(block.kind().toUpperCase(Locale.ROOT)),
                    block.level(),
                    cursor.units(block.start()),
                    cursor.units(block.end())));
        }
        return new ExtractedDocument(
                stored.text(),
                pages(stored),
                blocks,
                new DocumentMetadata(null, null, stored.language(), null),
                stored.mediaType());
    }

    private static List<Page> pages(StoredText stored) {
        Cursor cursor = new Cursor(stored.text());
        List<Integer> starts = stored.pageStarts().stream().map(cursor::units).toList();
        List<Page> pages = new ArrayList<>(starts.size());
        for (int i = 0; i < starts.size(); i++) {
            int end = i + 1 < starts.size() ? starts.get(i + 1) : stored.text().length();
            pages.add(new Page(i + 1, starts.get(i), end));
        }
        return pages;
    }

    /** Walks through a text once, for increasing offsets. */
    private static final class Cursor {

        private final String text;
        private int units;
        private int codePoints;

        Cursor(String text) {
            this.text = text;
        }

        int codePoints(int toUnits) {
            codePoints += text.codePointCount(units, toUnits);
            units = toUnits;
            return codePoints;
        }

        int units(int toCodePoints) {
            units = text.offsetByCodePoints(units, toCodePoints - codePoints);
            codePoints = toCodePoints;
            return units;
        }
    }
}
