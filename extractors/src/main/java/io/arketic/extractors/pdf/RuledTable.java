package io.arketic.extractors.pdf;

import io.arketic.extractors.pdf.PdfTable.Row;
import io.arketic.extractors.pdf.PdfTable.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a table whose cells are framed by lines. What stands in a cell over several fields stands in each of them. */
final class RuledTable {

    /** A field with more text is part of a page's layout. */
    private static final int LONGEST_CELL = 1_500;

    private static final int MOST_HEAD_ROWS = 4;

    /** A grid with fewer filled fields is a form or a drawing. */
    private static final double FILLED = 0.3;

    private final PdfGrid grid;
    private int[][] cells;
    private final List<List<PdfSegment>> texts = new ArrayList<>();

    private final List<Span> columns = new ArrayList<>();

    private RuledTable(PdfGrid grid, List<PdfSegment> segments) {
        this.grid = grid;
        this.cells = new int[grid.rows()][grid.columns()];
        join();
        for (PdfSegment segment : segments) {
            int column = grid.column((segment.left() + segment.right()) / 2);
            texts.get(cells[grid.row(segment.baseline())][Math.max(0, column)]).add(segment);
        }
        this.cells = inColumns();
    }

    /** Returns whether a segment is in one of the grid's fields. */
    static boolean holds(PdfGrid grid, PdfSegment segment) {
        return grid.row(segment.baseline()) >= 0 && grid.column((segment.left() + segment.right()) / 2) >= 0;
    }

    /**
     * The table in a grid, behind its title where that stands in the grid; none where the fields are no cells of a table.
     *
     * @param segments those that stand in the grid
     */
    static List<PdfBlock> of(PdfGrid grid, List<PdfSegment> segments) {
        RuledTable read = new RuledTable(grid, segments);
        List<PdfSegment> titles = new ArrayList<>();
        PdfTable table = read.table(titles);
        if (table == null) {
            return List.of();
        }
        List<PdfSegment> rest =
                segments.stream().filter(segment -> !titles.contains(segment)).toList();
        PdfBlock block = new PdfBlock(lines(rest), table);
        return titles.isEmpty() ? List.of(block) : List.of(PdfBlock.text(lines(titles)), block);
    }

    private static List<PdfSegment> lines(List<PdfSegment> segments) {
        return PdfRow.of(segments).stream().map(PdfRow::line).toList();
    }

    /** Numbers the cells: fields that no line parts are one. */
    private void join() {
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < grid.columns(); column++) {
                if (column > 0 && !grid.partedRight(row, column - 1)) {
                    cells[row][column] = cells[row][column - 1];
                } else if (row > 0 && !grid.partedBelow(row - 1, column)) {
                    cells[row][column] = cells[row - 1][column];
                } else {
                    cells[row][column] = texts.size();
                    texts.add(new ArrayList<>());
                }
            }
        }
    }

    /** Fields that a line parts in few rows only, such as two boxes to tick in one of them, are one column. */
    private int[][] inColumns() {
        List<Integer> starts = new ArrayList<>();
        int first = 0;
        for (int column = 1; column <= grid.columns(); column++) {
            if (column == grid.columns() || !isMostlyJoined(column)) {
                columns.add(new Span(grid.left(first), grid.right(column - 1)));
                starts.add(first);
                join(first, column);
                first = column;
            }
        }
        return Arrays.stream(cells)
                .map(row -> starts.stream().mapToInt(start -> row[start]).toArray())
                .toArray(int[][]::new);
    }

    private boolean isMostlyJoined(int column) {
        int joined = 0;
        int parted = 0;
        for (int[] row : cells) {
            boolean filled = !texts.get(row[column]).isEmpty()
                    || !texts.get(row[column - 1]).isEmpty();
            if (filled && Arrays.stream(row).distinct().count() > 1) {
                joined += row[column] == row[column - 1] ? 1 : 0;
                parted += row[column] == row[column - 1] ? 0 : 1;
            }
        }
        return joined > 2 * parted;
    }

    /** Makes one cell of all fields of a row from one column up to another. */
    private void join(int first, int end) {
        for (int[] row : cells) {
            for (int column = first + 1; column < end; column++) {
                int other = row[column];
                if (other != row[first]) {
                    texts.get(row[first]).addAll(texts.get(other));
                    texts.set(other, List.of());
                    replace(other, row[first]);
                }
            }
        }
    }

    private void replace(int cell, int by) {
        for (int[] row : cells) {
            Arrays.setAll(row, column -> row[column] == cell ? by : row[column]);
        }
    }

    private String text(int cell) {
        StringBuilder text = new StringBuilder();
        for (PdfSegment line : lines(texts.get(cell))) {
            boolean hyphen = LineEnds.endsInHyphen(text.toString());
            text.append(text.isEmpty() || hyphen ? "" : " ").append(line.text());
        }
        return text.toString();
    }

    /** @param titles filled with what stands over the whole width above the names of the columns */
    private @Nullable PdfTable table(List<PdfSegment> titles) {
        List<Row> rows = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        int filled = 0;
        for (int row = 0; row < grid.rows(); row++) {
            if (row > 0 && Arrays.equals(cells[row], cells[row - 1])) {
                continue;
            }
            Row written = row(row);
            if (written.cells().stream().anyMatch(cell -> cell.length() > LONGEST_CELL)) {
                return null;
            }
            filled += (int)
                    written.cells().stream().filter(cell -> !cell.isBlank()).count();
            if (rows.isEmpty() && onceInOneCell(written) != written) {
                titles.addAll(written.lines());
            } else if (!written.lines().isEmpty()) {
                rows.add(written);
                numbers.add(row);
            }
        }
        if (rows.size() < 2 || filled < FILLED * rows.size() * columns.size() || hasInnerColumns(rows.size())) {
            return null;
        }
        int head = isNamed(rows) ? headRows(numbers) : 0;
        if (head >= rows.size()) {
            return null;
        }
        List<Row> body = rows.subList(head, rows.size()).stream()
                .map(RuledTable::onceInOneCell)
                .toList();
        return new PdfTable(columns, head == 0 ? List.of() : names(rows.subList(0, head)), body);
    }

    /** Returns whether the cells of most rows contain columns without a line between them. */
    private boolean hasInnerColumns(int rows) {
        long several = texts.stream()
                .filter(text -> text.size() > PdfRow.of(text).size())
                .count();
        return several * 2 > rows;
    }

    private Row row(int row) {
        List<String> written = new ArrayList<>();
        List<PdfSegment> lines = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (int cell : cells[row]) {
            written.add(text(cell));
            if (seen.add(cell)) {
                lines.addAll(texts.get(cell));
            }
        }
        return new Row(written, lines);
    }

    /** A name over the whole width of the table stands once. */
    private static Row onceInOneCell(Row row) {
        boolean one = row.cells().size() > 1 && row.cells().stream().distinct().count() == 1;
        return one ? new Row(List.of(row.cells().get(0)), row.lines()) : row;
    }

    /** Labels with their values have no names, and neither has a first row of figures like the others. */
    private boolean isNamed(List<Row> rows) {
        long labels = rows.stream()
                .filter(row -> row.cells().get(0).strip().endsWith(":"))
                .count();
        List<String> first = rows.get(0).cells();
        boolean figures = first.subList(1, first.size()).stream()
                .anyMatch(cell -> TableCells.isFigure(cell) && !TableCells.isYear(cell));
        long empty = first.stream().skip(1).filter(String::isBlank).count();
        return labels * 2 <= rows.size() && !figures && empty * 2 <= first.size() - 1;
    }

    /** A name over several columns has the names of these below it. */
    private int headRows(List<Integer> numbers) {
        int head = 1;
        while (head < Math.min(MOST_HEAD_ROWS, numbers.size())
                && goesOn(cells[numbers.get(head - 1)], numbers.get(head))) {
            head++;
        }
        return head;
    }

    private boolean goesOn(int[] above, int row) {
        boolean all = Arrays.stream(above).distinct().count() == 1;
        for (int column = 1; column < above.length; column++) {
            boolean wide = above[column] == above[column - 1]
                    && !texts.get(above[column]).isEmpty();
            if (wide && !all && cells[row][column] != cells[row][column - 1]) {
                return true;
            }
        }
        return false;
    }

    private static List<String> names(List<Row> head) {
        List<String> names =
                new ArrayList<>(Collections.nCopies(head.get(0).cells().size(), ""));
        for (int i = 0; i < head.size(); i++) {
            for (int column = 0; column < names.size(); column++) {
                String name = head.get(i).cells().get(column);
                boolean again = i > 0 && name.equals(head.get(i - 1).cells().get(column));
                if (!again && !name.isBlank()) {
                    names.set(column, (names.get(column) + " " + name).strip());
                }
            }
        }
        return names;
    }
}
