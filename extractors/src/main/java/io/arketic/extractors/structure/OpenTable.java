package io.arketic.extractors.structure;

import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.assembly.TableRows;
import io.arketic.extractors.assembly.TextAssembler;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects a table between its start and its end. A cell that spans several columns or rows is repeated in each, so
 * that every row can be read alone; one that spans its whole row occurs once. A table that contains another one is
 * layout: its further cells become paragraphs, and so does a single cell.
 */
final class OpenTable {

    private static final int WIDEST = 100;
    private static final Pattern SPAN = Pattern.compile("\\d{1,4}");

    private final TextAssembler out;
    private final @Nullable OpenTable outer;
    private final TableRows rows;
    private final List<String> cells = new ArrayList<>();

    /** Holds the original cells of this row, without copies of cells beside or above them. */
    private final List<String> written = new ArrayList<>();

    private final List<Carried> carried = new ArrayList<>();
    private final StringBuilder cell = new StringBuilder();
    private int columns;
    private int height;
    private boolean inCell;

    /** Tells whether all cells of this row so far are header cells. */
    private boolean head = true;

    private boolean layout;

    /** Holds a cell that extends into this many further rows. */
    private record Carried(String text, int rows) {
        static final Carried NOTHING = new Carried("", 0);
    }

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

    /**
     * Spans are numbers as HTML has them; anything else counts as one.
     *
     * @param names whether the cell says what others are
     */
    void startCell(boolean names, @Nullable String columnSpan, @Nullable String rowSpan) {
        endCell();
        head &= names;
        carryDown();
        columns = span(columnSpan);
        height = span(rowSpan);
        inCell = true;
    }

    private static int span(@Nullable String value) {
        return value != null && SPAN.matcher(value).matches()
                ? Math.max(1, Math.min(WIDEST, Integer.parseInt(value)))
                : 1;
    }

    private void carryDown() {
        while (cells.size() < carried.size() && carried.get(cells.size()).rows() > 0) {
            Carried above = carried.get(cells.size());
            carried.set(cells.size(), new Carried(above.text(), above.rows() - 1));
            cells.add(above.text());
        }
    }

    void append(String text) {
        cell.append(text);
    }

    void endCell() {
        if (!inCell) {
            return;
        }
        String text = cell.toString();
        written.add(text);
        for (int i = 0; i < columns; i++) {
            if (height > 1) {
                while (carried.size() <= cells.size()) {
                    carried.add(Carried.NOTHING);
                }
                carried.set(cells.size(), new Carried(text, height - 1));
            }
            cells.add(text);
        }
        cell.setLength(0);
        inCell = false;
    }

    void endRow() {
        endCell();
        if (layout) {
            writeParagraphs();
        } else if (written.size() == 1
                && !rows.begun()
                && written.get(0).strip().contains("\n")) {
            writeParagraphs();
        } else if (!written.isEmpty()) {
            boolean ofOneCell = cells.size() == columns && written.size() == 1;
            carryDown();
            List<String> row = ofOneCell && cells.size() == columns ? written : cells;
            if (head && !rows.begun() && row.size() > 1) {
                rows.header(row);
            } else {
                rows.row(row);
            }
        }
        head = true;
        cells.clear();
        written.clear();
    }

    void becomeLayout() {
        boolean resume = inCell;
        endCell();
        layout = true;
        writeParagraphs();
        cells.clear();
        written.clear();
        columns = 1;
        height = 1;
        inCell = resume;
    }

    private void writeParagraphs() {
        for (String text : written) {
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
