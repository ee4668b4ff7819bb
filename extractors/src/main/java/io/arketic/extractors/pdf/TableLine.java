package io.arketic.extractors.pdf;

import io.arketic.extractors.pdf.PdfTable.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A line of the page inside a table.
 *
 * @param cells from left to right
 */
record TableLine(PdfRow row, List<PdfSegment> cells) {

    static TableLine of(PdfRow row) {
        return new TableLine(row, TableCells.of(row));
    }

    double left() {
        return cells.get(0).left();
    }

    double right() {
        return cells.get(cells.size() - 1).right();
    }

    /** The text in each column; a cell that reaches over several stands in the one that holds most of it. */
    List<String> in(List<Span> columns) {
        List<String> texts = new ArrayList<>(Collections.nCopies(columns.size(), ""));
        for (PdfSegment cell : cells) {
            int column = column(cell, columns);
            String before = texts.get(column);
            texts.set(column, before.isEmpty() ? cell.text() : before + " " + cell.text());
        }
        return texts;
    }

    /** A name begins in the first column, however far it reaches; any other cell stands where most of it is. */
    private static int column(PdfSegment cell, List<Span> columns) {
        if (cell.left() <= columns.get(0).right()) {
            return 0;
        }
        int best = 0;
        for (int i = 1; i < columns.size(); i++) {
            double more = columns.get(i).overlap(cell.left(), cell.right());
            if (more > columns.get(best).overlap(cell.left(), cell.right())) {
                best = i;
            }
        }
        return best;
    }
}
