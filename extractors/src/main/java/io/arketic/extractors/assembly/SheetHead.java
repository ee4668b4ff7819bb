package io.arketic.extractors.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.apache.poi.ss.util.CellRangeAddress;

/** Collects the rows of the head of a sheet's table, and writes the rows above it as text. */
public final class SheetHead {

    private static final int MOST_ROWS = 4;

    private final TableRows table;
    private final List<List<String>> rows = new ArrayList<>();
    private int first;
    private int last = -1;
    private boolean complete;

    public SheetHead(TableRows table) {
        this.table = table;
    }

    /**
     * Adds a row of the sheet, which may belong to the head or to the following rows.
     *
     * @param merged the cells of several rows or columns that begin in this row
     */
    public void row(int number, List<String> texts, List<CellRangeAddress> merged) {
        if (complete) {
            table.row(texts);
            return;
        }
        long filled = texts.stream().filter(text -> !text.isBlank()).count();
        if (filled == 0) {
            return;
        }
        if (!rows.isEmpty() && number > last) {
            finish();
            table.row(texts);
            return;
        }
        boolean title = rows.isEmpty()
                && texts.stream().filter(text -> !text.isBlank()).distinct().count() == 1;
        if (title) {
            table.above(
                    texts.stream().filter(text -> !text.isBlank()).findFirst().orElse(""));
            return;
        }
        if (rows.isEmpty()) {
            first = number;
            last = number;
        }
        // A cell over several columns has its columns' names below it; one over several rows reaches down itself.
        for (CellRangeAddress range : merged) {
            boolean wide = range.getLastColumn() > range.getFirstColumn();
            last = Math.max(last, Math.min(first + MOST_ROWS - 1, range.getLastRow() + (wide ? 1 : 0)));
        }
        rows.add(texts);
    }

    public void finish() {
        if (!complete && !rows.isEmpty()) {
            if (rows.size() > 1) {
                table.header(joined());
            } else {
                table.row(joined());
            }
        }
        complete = true;
    }

    private List<String> joined() {
        int width = rows.stream().mapToInt(List::size).max().orElse(0);
        List<String> names = new ArrayList<>();
        for (int column = 0; column < width; column++) {
            StringJoiner name = new StringJoiner(" ");
            String previous = "";
            for (List<String> row : rows) {
                String part = column < row.size() ? row.get(column).strip() : "";
                if (!part.isEmpty() && !part.equals(previous)) {
                    name.add(part);
                }
                previous = part;
            }
            names.add(name.toString());
        }
        return names;
    }
}
