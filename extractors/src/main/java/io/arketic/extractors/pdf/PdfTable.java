package io.arketic.extractors.pdf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A table of one page.
 *
 * @param columns where the columns stand, from left to right
 * @param head the name of each column, those of several lines in one; empty where the page shows none
 * @param rows each with one cell for each column
 */
record PdfTable(List<Span> columns, List<String> head, List<Row> rows) {

    PdfTable {
        columns = List.copyOf(columns);
        head = List.copyOf(head);
        rows = List.copyOf(rows);
    }

    /** From left to right, in points. */
    record Span(double left, double right) {

        double centre() {
            return (left + right) / 2;
        }

        Span with(double otherLeft, double otherRight) {
            return new Span(Math.min(left, otherLeft), Math.max(right, otherRight));
        }

        /** The length that both share; negative where a gap parts them. */
        double overlap(double otherLeft, double otherRight) {
            return Math.min(right, otherRight) - Math.max(left, otherLeft);
        }
    }

    /**
     * A row of the table.
     *
     * @param lines the lines of the page that it consists of
     */
    record Row(List<String> cells, List<PdfSegment> lines) {
        Row {
            cells = List.copyOf(cells);
            lines = List.copyOf(lines);
        }
    }

    boolean named() {
        return !head.isEmpty();
    }

    /** Returns whether this table continues a table of the previous page. */
    boolean goesOn(PdfTable before) {
        if (named() || before.columns.size() != columns.size()) {
            return false;
        }
        for (int i = 0; i < columns.size(); i++) {
            Span column = columns.get(i);
            if (before.columns.get(i).overlap(column.left(), column.right()) <= 0) {
                return false;
            }
        }
        return true;
    }

    PdfTable under(List<String> names) {
        return new PdfTable(columns, names, rows);
    }

    /** The head and the rows in reading order; running headers and footers are left out. */
    List<List<String>> written(Set<PdfSegment> running) {
        List<List<String>> written = new ArrayList<>();
        written.add(head);
        rows.stream().filter(row -> !running.containsAll(row.lines())).forEach(row -> written.add(row.cells()));
        return RightToLeft.prevails(written.stream().flatMap(List::stream).toList())
                ? written.stream().map(PdfTable::mirrored).toList()
                : written;
    }

    private static List<String> mirrored(List<String> cells) {
        List<String> mirrored = new ArrayList<>(cells);
        Collections.reverse(mirrored);
        return mirrored;
    }
}
