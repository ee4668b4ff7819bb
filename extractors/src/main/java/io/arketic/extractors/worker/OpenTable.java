package io.arketic.extractors.worker;

import io.arketic.extractors.ExtractedDocument.BlockType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table between its start and its end. One that holds another table lays out a page: its cells are written as
 * paragraphs from there on, and so is a lone cell.
 */
final class OpenTable {

    private final TextAssembler out;
    private final @Nullable OpenTable outer;
    private final TableRows rows;
    private final List<String> cells = new ArrayList<>();
    private final StringBuilder cell = new StringBuilder();
    private boolean inCell;
    private boolean layout;

    OpenTable(TextAssembler out, @Nullable OpenTable outer) {
        this.out = out;
        this.outer = outer;
        this.rows = new TableRows(out);
    }

    @Nullable
    OpenTable outer() {
        return outer;
    }

    boolean inCell() {
        return inCell;
    }

    void startCell() {
        endCell();
        inCell = true;
    }

    void append(String text) {
        cell.append(text);
    }

    void endCell() {
        if (inCell) {
            cells.add(cell.toString());
            cell.setLength(0);
            inCell = false;
        }
    }

    void endRow() {
        endCell();
        if (layout) {
            writeParagraphs();
        } else if (cells.size() == 1 && !rows.begun() && cells.get(0).strip().contains("\n")) {
            writeParagraphs();
        } else {
            rows.row(cells);
        }
        cells.clear();
    }

    void becomeLayout() {
        boolean resume = inCell;
        endCell();
        layout = true;
        writeParagraphs();
        cells.clear();
        inCell = resume;
    }

    private void writeParagraphs() {
        for (String text : cells) {
            for (String paragraph : text.split("\n\\s*\n|\n", -1)) {
                out.block(BlockType.PARAGRAPH, 0, paragraph);
            }
        }
    }

    void end() {
        endRow();
        rows.end();
    }
}
