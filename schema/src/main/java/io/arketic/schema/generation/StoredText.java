package io.arketic.schema.generation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds a document's extracted text with everything needed to cut it again.
 *
 * @param filename without its folders
 * @param title that the document gives itself
 * @param pageStarts in code points; empty where the format has no pages
 * @param blocks in order; empty where the text has no more structure than its empty lines
 * @param language BCP 47 tag
 * @param mediaType as detected from the file's bytes
 */
public record StoredText(
        String text,
        List<Integer> pageStarts,
        List<TextBlock> blocks,
        @Nullable String language,
        String filename,
        @Nullable String title,
        String mediaType) {

    public StoredText {
        pageStarts = List.copyOf(pageStarts);
        blocks = List.copyOf(blocks);
    }
}
