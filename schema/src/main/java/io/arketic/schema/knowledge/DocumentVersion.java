package io.arketic.schema.knowledge;

import io.arketic.schema.generation.TextBlock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the parts of a document's version that are stored besides its chunks.
 *
 * @param mimeType as detected from the bytes
 * @param fileHash SHA-256 of the bytes, hex
 * @param text whole, without U+0000 or unpaired surrogates
 * @param pageStarts offset of the first character of each page in {@code text}, in code points; empty where the format
 *     has no pages
 * @param blocks headings, tables, lists and code, in order
 * @param language BCP 47 tag
 * @param warnings parts of the file that gave no text; empty where all was read
 */
public record DocumentVersion(
        String filename,
        String mimeType,
        String fileHash,
        String text,
        List<Integer> pageStarts,
        List<TextBlock> blocks,
        @Nullable String title,
        @Nullable String author,
        @Nullable String language,
        @Nullable Instant created,
        List<DocumentWarning> warnings) {

    public DocumentVersion {
        pageStarts = List.copyOf(pageStarts);
        blocks = List.copyOf(blocks);
        warnings = List.copyOf(warnings);
    }

    /** Creates a version whose file was read completely. */
    public DocumentVersion(
            String filename,
            String mimeType,
            String fileHash,
            String text,
            List<Integer> pageStarts,
            List<TextBlock> blocks,
            @Nullable String title,
            @Nullable String author,
            @Nullable String language,
            @Nullable Instant created) {
        this(filename, mimeType, fileHash, text, pageStarts, blocks, title, author, language, created, List.of());
    }
}
