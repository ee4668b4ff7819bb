package io.arketic.extractors.worker;

import io.arketic.extractors.ExtractedDocument.BlockType;
import java.util.List;

/** Writes a table as Markdown rows, each as soon as it is known, so that a table of any length needs no memory. */
final class TableRows {

    /** Beyond this width the separator under the header helps nobody. */
    private static final int WIDEST_SEPARATOR = 200;

    /** More empty cells in a row than this are written as so many: a sheet may have text in its farthest corners. */
    private static final int MOST_EMPTY = 50;

    private final TextAssembler out;
    private boolean begun;

    TableRows(TextAssembler out) {
        this.out = out;
    }

    boolean begun() {
        return begun;
    }

    /** Adds a row; one without text adds nothing. */
    void row(List<String> cells) {
        int width = cells.size();
        while (width > 0 && cells.get(width - 1).isBlank()) {
            width--;
        }
        if (width == 0) {
            return;
        }
        StringBuilder line = new StringBuilder("|");
        int empty = 0;
        for (String cell : cells.subList(0, width)) {
            empty = cell.isBlank() ? empty + 1 : 0;
            if (empty > MOST_EMPTY) {
                continue;
            }
            String clean = TextCleaner.clean(cell, false).replace('\n', ' ').replace("|", "\\|");
            line.append(clean.isEmpty() ? " " : " " + clean + " ").append('|');
        }
        if (!begun) {
            out.closeBlock();
        }
        out.line(BlockType.TABLE, line);
        if (!begun && width <= WIDEST_SEPARATOR) {
            out.line(BlockType.TABLE, "|" + " --- |".repeat(width));
        }
        begun = true;
    }

    void end() {
        if (begun) {
            out.closeBlock();
        }
    }
}
