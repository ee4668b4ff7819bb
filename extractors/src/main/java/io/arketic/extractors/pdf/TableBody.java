package io.arketic.extractors.pdf;

import io.arketic.extractors.pdf.PdfTable.Row;
import io.arketic.extractors.pdf.PdfTable.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The rows of a table, which may have several lines each. */
final class TableBody {

    private TableBody() {}

    /** Rows of figures have a line each; only their name may be longer. */
    static List<Row> ofFigures(List<TableLine> lines, List<Span> columns) {
        List<Row> rows = new ArrayList<>();
        for (TableLine line : lines) {
            List<String> cells = line.in(columns);
            Row above = rows.isEmpty() ? null : rows.get(rows.size() - 1);
            boolean lone = line.cells().size() == 1;
            boolean small = startsSmall(cells.get(0));
            boolean nameAbove = above != null && above.cells().stream().skip(1).allMatch(String::isBlank);
            if (above != null
                    && small
                    && (lone || nameAbove)
                    && !above.cells().get(0).endsWith(":")) {
                List<String> joined = new ArrayList<>(cells);
                for (int i = 0; i < joined.size(); i++) {
                    joined.set(i, joined(above.cells().get(i), cells.get(i)));
                }
                rows.set(rows.size() - 1, new Row(joined, lines(above.lines(), line)));
            } else {
                rows.add(new Row(cells, List.of(line.row().line())));
            }
        }
        return rows;
    }

    private static List<PdfSegment> lines(List<PdfSegment> above, TableLine line) {
        List<PdfSegment> lines = new ArrayList<>(above);
        lines.add(line.row().line());
        return lines;
    }

    static boolean startsSmall(String text) {
        return !text.isEmpty() && Character.isLowerCase(text.codePointAt(0));
    }

    private static String joined(String above, String below) {
        return above.isEmpty() || below.isEmpty() ? above + below : above + " " + below;
    }

    /** The lines of each row: the head first. */
    static List<List<TableLine>> groups(List<TableLine> lines, List<Span> columns) {
        double gap = TableColumns.rowGap(lines);
        List<List<TableLine>> groups = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            TableLine line = lines.get(i);
            boolean first = i == 0;
            boolean begins = first
                    || (gap > 0
                            ? line.row().baseline() - lines.get(i - 1).row().baseline() > gap
                            : !line.in(columns).get(0).isEmpty()
                                    && !(line.cells().size() == 1
                                            && startsSmall(line.in(columns).get(0))));
            if (begins) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(line);
        }
        return groups;
    }

    static Row row(List<TableLine> group, List<Span> columns) {
        List<String> cells = new ArrayList<>(Collections.nCopies(columns.size(), ""));
        for (TableLine line : group) {
            List<String> texts = line.in(columns);
            for (int i = 0; i < cells.size(); i++) {
                cells.set(i, joined(cells.get(i), texts.get(i)));
            }
        }
        return new Row(cells, group.stream().map(line -> line.row().line()).toList());
    }

    /** Drawings made of characters stand in columns, too. */
    static boolean isReadable(List<Row> rows) {
        List<String> cells = rows.stream()
                .flatMap(row -> row.cells().stream())
                .filter(cell -> !cell.isBlank())
                .toList();
        long letters = cells.stream()
                .filter(cell -> cell.codePoints().anyMatch(Character::isLetterOrDigit))
                .count();
        return letters >= 0.8 * cells.size();
    }
}
