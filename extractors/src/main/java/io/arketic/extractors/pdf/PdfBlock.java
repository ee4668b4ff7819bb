package io.arketic.extractors.pdf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a page that belong together.
 *
 * @param lines from top to bottom
 * @param table what the lines are when they are the rows of a table; null for running text
 */
record PdfBlock(List<PdfSegment> lines, @Nullable PdfTable table) {

    PdfBlock {
        lines = List.copyOf(lines);
    }

    static PdfBlock text(List<PdfSegment> lines) {
        return new PdfBlock(lines, null);
    }
}
