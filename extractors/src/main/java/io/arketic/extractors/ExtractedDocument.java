package io.arketic.extractors;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the text of a file with its structure. All offsets are UTF-16 indexes into {@link #text()}.
 *
 * @param text never holds U+0000 nor an unpaired surrogate; paragraphs are parted by an empty line
 * @param pages in order; empty where the format has no pages (HTML, text, e-mail)
 * @param blocks paragraphs, headings, tables, lists and code, in order and without overlap
 * @param mediaType as detected from the bytes, for example {@code application/pdf}
 * @param warnings parts of the file that gave no text, in order; empty where the file was read whole
 */
public record ExtractedDocument(
        String text,
        List<Page> pages,
        List<Block> blocks,
        DocumentMetadata metadata,
        String mediaType,
        List<Warning> warnings) {

    public ExtractedDocument {
        pages = List.copyOf(pages);
        blocks = List.copyOf(blocks);
        warnings = List.copyOf(warnings);
    }

    /** Creates a document that was read completely. */
    public ExtractedDocument(
            String text, List<Page> pages, List<Block> blocks, DocumentMetadata metadata, String mediaType) {
        this(text, pages, blocks, metadata, mediaType, List.of());
    }

    /**
     * Marks one page, sheet or slide: {@code number} counts from 1, {@code start} inclusive, {@code end} exclusive.
     *
     * @param label the page's printed number, such as {@code iv}, where it differs from {@code number}
     * @param confidence of the recognition of a scanned page, from 0 to 100; null where its text was in the file
     */
    public record Page(
            int number,
            int start,
            int end,
            @Nullable String label,
            @Nullable Integer confidence) {

        public Page(int number, int start, int end) {
            this(number, start, end, null, null);
        }
    }

    /** Marks a piece of text of one kind. {@code level} is 1 to 6 for headings and 0 for all others. */
    public record Block(BlockType type, int level, int start, int end) {}

    /** Names the kind of a block. Tables are written as Markdown rows. */
    public enum BlockType {
        PARAGRAPH,
        HEADING,
        TABLE,
        LIST,
        CODE,
        /**
         * Names the inner file that the text belongs to, up to the next such block: its path, and the subject, sender and
         * date of a mail.
         */
        FILE;

        /** Returns whether it names what follows. */
        public boolean isTitle() {
            return this == HEADING || this == FILE;
        }
    }
}
