package io.arketic.extractors.pdf;

import io.arketic.extractors.pdf.PdfTable.Row;
import io.arketic.extractors.pdf.PdfTable.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds tables by how their cells stand below each other. What has no head is a table only where its columns are figures,
 * since its head may stand on the page before.
 */
final class TableFinder {

    private static final int MOST_LINES = 500;

    /** A white space this high ends a table, in font sizes. */
    private static final double END_GAP = 3.2;

    /** So many lines with one cell may follow each other. */
    private static final int LONE_LINES = 3;

    private static final int LONGEST_LONE = 14;
    private static final int MOST_HEAD_LINES = 6;
    private static final int LONGEST_NAME = 60;

    private static final Pattern UNFINISHED = Pattern.compile("[.,;]$");

    private TableFinder() {}

    /** @param end index of the first row behind the table */
    record Found(int end, PdfTable table) {}

    /** The table that begins with a row, or null. */
    static @Nullable Found at(List<PdfRow> rows, int start) {
        boolean led = Leaders.in(rows.get(start)) || start + 1 < rows.size() && Leaders.in(rows.get(start + 1));
        if (!mayBegin(rows, start, led && Leaders.areOfContents(rows, start))) {
            return null;
        }
        List<TableLine> lines = lines(rows, start);
        List<Span> columns = TableColumns.of(lines);
        if (columns.size() < 2) {
            return null;
        }
        lines = within(lines, columns);
        PdfTable table = lines.size() < 3 ? null : table(lines, columns);
        return table == null ? null : new Found(start + lines.size(), table);
    }

    /** @param contents whether rows with leaders are entries of a table of contents */
    private static boolean mayBegin(List<PdfRow> rows, int start, boolean contents) {
        return rows.get(start).segments().size() > 1 && !(contents && Leaders.in(rows.get(start)))
                || start + 1 < rows.size()
                        && rows.get(start + 1).segments().size() > 1
                        && !(contents && Leaders.in(rows.get(start + 1)))
                        && rows.get(start).left()
                                > rows.get(start + 1).segments().get(0).right();
    }

    private static List<TableLine> lines(List<PdfRow> rows, int start) {
        List<TableLine> lines = new ArrayList<>();
        int lone = 0;
        @Nullable Boolean contents = null; // known from the first row with a leader on
        for (int i = start; i < rows.size() && lines.size() < MOST_LINES; i++) {
            PdfRow row = rows.get(i);
            if (i > start && row.baseline() - rows.get(i - 1).baseline() > END_GAP * row.size()) {
                break;
            }
            if (Leaders.in(row)) {
                contents = contents == null ? Leaders.areOfContents(rows, i) : contents;
                if (contents) {
                    break;
                }
            }
            TableLine line = TableLine.of(row);
            lone = line.cells().size() > 1 ? 0 : lone + 1;
            if (lone > LONE_LINES) {
                break;
            }
            lines.add(line);
        }
        return lines;
    }

    /** The lines up to the first that is running text or the head of another table, and without lone ones at the end. */
    private static List<TableLine> within(List<TableLine> lines, List<Span> columns) {
        int end = 0;
        boolean figures = false;
        while (end < lines.size()) {
            TableLine line = lines.get(end);
            PdfSegment first = line.cells().get(0);
            boolean lone = line.cells().size() == 1;
            if (lone && end > 0 && isText(first, columns)) {
                break;
            }
            List<String> values = values(line, columns);
            boolean shows = values.stream().anyMatch(TableFinder::isFigure);
            boolean head =
                    !shows && !values.isEmpty() && first.left() > columns.get(0).right();
            if (figures && head) {
                break;
            }
            figures |= shows;
            end++;
        }
        while (end > 0 && lines.get(end - 1).cells().size() == 1) {
            end--;
        }
        return lines.subList(0, end);
    }

    private static boolean isText(PdfSegment line, List<Span> columns) {
        boolean wide = line.right() > columns.get(1).left();
        return wide && line.words() > LONGEST_LONE
                || line.words() > LONGEST_LONE / 2 && line.text().endsWith(".");
    }

    /** Returns the texts of all columns but the first. */
    private static List<String> values(TableLine line, List<Span> columns) {
        List<String> texts = line.in(columns);
        return texts.subList(1, texts.size()).stream()
                .filter(text -> !text.isBlank())
                .toList();
    }

    private static boolean isFigure(String text) {
        return TableCells.isFigure(text) && !TableCells.isYear(text);
    }

    private static @Nullable PdfTable table(List<TableLine> lines, List<Span> columns) {
        List<String> values =
                lines.stream().flatMap(line -> values(line, columns).stream()).toList();
        long figures = values.stream().filter(TableCells::isFigure).count();
        return figures * 2 >= values.size() ? ofFigures(lines, columns) : ofWords(lines, columns);
    }

    private static @Nullable PdfTable ofFigures(List<TableLine> lines, List<Span> columns) {
        int head = 0;
        boolean named = false;
        while (head < Math.min(MOST_HEAD_LINES, lines.size())) {
            List<String> values = values(lines.get(head), columns);
            boolean section = values.isEmpty() && (named || head == 0);
            if (section || values.stream().anyMatch(TableFinder::isFigure)) {
                break;
            }
            named |= !values.isEmpty();
            head++;
        }
        if (head == lines.size() || head == 0 && values(lines.get(0), columns).isEmpty()) {
            return null;
        }
        List<String> names = named ? TableHead.of(lines.subList(0, head), columns) : List.of();
        long empty = names.stream().skip(1).filter(String::isBlank).count();
        if (named && empty * 2 > columns.size() - 1) {
            return null;
        }
        List<Row> rows = TableBody.ofFigures(lines.subList(head, lines.size()), columns);
        return rows.size() < 2 ? null : new PdfTable(columns, names, rows);
    }

    private static @Nullable PdfTable ofWords(List<TableLine> lines, List<Span> columns) {
        List<List<TableLine>> groups = TableBody.groups(lines, columns);
        List<TableLine> head = groups.get(0);
        if (groups.size() < 3 || head.size() > MOST_HEAD_LINES) {
            return null;
        }
        List<Row> rows = groups.stream()
                .skip(1)
                .map(group -> TableBody.row(group, columns))
                .toList();
        boolean bold = head.stream().allMatch(line -> line.cells().stream().allMatch(PdfSegment::bold))
                && groups.get(1).stream()
                        .noneMatch(line -> line.cells().stream().allMatch(PdfSegment::bold));
        List<String> names = TableBody.row(head, columns).cells();
        boolean complete = names.stream()
                .allMatch(name -> !name.isBlank()
                        && name.length() <= LONGEST_NAME
                        && !UNFINISHED.matcher(name).find());
        long small = rows.stream()
                .map(row -> row.cells().get(0))
                .filter(TableBody::startsSmall)
                .count();
        if (small * 3 > rows.size()) {
            // Running text in narrow columns.
            return null;
        }
        boolean labels =
                rows.stream().filter(row -> row.cells().get(0).endsWith(":")).count() > rows.size() / 2;
        return complete && !labels && (bold || columns.size() > 2) && TableBody.isReadable(rows)
                ? new PdfTable(columns, names, rows)
                : null;
    }
}
