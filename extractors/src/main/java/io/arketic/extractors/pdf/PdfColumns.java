package io.arketic.extractors.pdf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the reading order of the segments of a page. Lines that leave the same gutter free are columns if both sides of
 * it are running text, and are read one after the other. If they are short, they are the rows of a table.
 */
final class PdfColumns {

    /** Sets the least width of a gutter, in font sizes. */
    private static final double GUTTER = 0.9;

    private static final int LEAST_ROWS = 3;

    /** Sets the median of words in a line from which a column is running text. */
    private static final int PROSE_WORDS = 3;

    private static final double PROSE_SHARE = 0.5;

    private PdfColumns() {}

    private record Gap(double from, double to) {
        double width() {
            return to - from;
        }
    }

    /**
     * Blocks in reading order, each with its lines from top to bottom.
     *
     * @param grids lines that may frame the cells of tables, from top to bottom
     */
    static List<PdfBlock> inReadingOrder(List<PdfSegment> segments, List<PdfGrid> grids) {
        double gutter = GUTTER * medianSize(segments);
        List<PdfBlock> blocks = new ArrayList<>();
        List<PdfSegment> left = segments;
        for (PdfGrid grid : grids) {
            List<PdfSegment> above = left.stream()
                    .filter(segment -> segment.baseline() <= grid.top())
                    .toList();
            List<PdfSegment> beside = left.stream()
                    .filter(segment -> segment.baseline() > grid.top() && segment.baseline() <= grid.bottom())
                    .toList();
            // What stands beside a grid may be another column, which is read as a whole.
            boolean alone = !beside.isEmpty() && beside.stream().allMatch(segment -> RuledTable.holds(grid, segment));
            List<PdfBlock> table = alone ? RuledTable.of(grid, beside) : List.of();
            if (!table.isEmpty()) {
                blocks.addAll(inReadingOrder(PdfRow.of(above), gutter, true));
                blocks.addAll(table);
                left = left.stream()
                        .filter(segment -> segment.baseline() > grid.bottom())
                        .toList();
            }
        }
        blocks.addAll(inReadingOrder(PdfRow.of(left), gutter, true));
        return blocks;
    }

    /** @param parted whether columns are looked for; what is indented in a column is no column */
    private static List<PdfBlock> inReadingOrder(List<PdfRow> rows, double gutter, boolean parted) {
        List<PdfBlock> blocks = new ArrayList<>();
        List<PdfSegment> text = new ArrayList<>();
        int at = 0;
        while (at < rows.size()) {
            Band band = parted ? band(rows, at, gutter) : null;
            TableFinder.Found table = band == null ? TableFinder.at(rows, at) : null;
            if (band == null && table == null) {
                text.add(rows.get(at).line());
                at++;
                continue;
            }
            flush(text, blocks);
            if (band != null) {
                band.columns().forEach(column -> blocks.addAll(inReadingOrder(PdfRow.of(column), gutter, false)));
                at = band.end();
            } else if (table != null) {
                List<PdfSegment> lines =
                        rows.subList(at, table.end()).stream().map(PdfRow::line).toList();
                blocks.add(new PdfBlock(lines, table.table()));
                at = table.end();
            }
        }
        flush(text, blocks);
        return blocks;
    }

    private static void flush(List<PdfSegment> lines, List<PdfBlock> blocks) {
        if (!lines.isEmpty()) {
            blocks.add(PdfBlock.text(lines));
            lines.clear();
        }
    }

    private static double medianSize(List<PdfSegment> segments) {
        double[] sizes =
                segments.stream().mapToDouble(PdfSegment::size).sorted().toArray();
        return sizes.length == 0 ? 1 : sizes[sizes.length / 2];
    }

    private record Band(int end, List<List<PdfSegment>> columns) {}

    /** The longest run of rows from one on that leaves its gutters free with running text on both sides, or null. */
    private static @Nullable Band band(List<PdfRow> rows, int start, double gutter) {
        if (rows.get(start).segments().size() < 2 && !startsColumn(rows, start, gutter)) {
            return null;
        }
        List<Gap> free = List.of(new Gap(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
        List<Gap> gutters = List.of();
        int end = start;
        for (int i = start; i < rows.size() && !farBelow(rows, i, start); i++) {
            free = common(free, gaps(rows.get(i)), gutter);
            List<Gap> inner = inner(free, rows, start, i + 1);
            boolean lost = inner.size() < gutters.size() && end - start >= LEAST_ROWS;
            if (lost || inner.isEmpty() && i > start) {
                break;
            }
            gutters = inner;
            end = i + 1;
        }
        if (gutters.isEmpty() || end - start < LEAST_ROWS) {
            return null;
        }
        List<List<PdfSegment>> columns = columns(rows.subList(start, end), gutters);
        return columns.size() > 1 && columns.stream().allMatch(PdfColumns::isProse) ? new Band(end, columns) : null;
    }

    /** A line of the left column may stand alone above the first that has a neighbour. */
    private static boolean startsColumn(List<PdfRow> rows, int start, double gutter) {
        return start + 1 < rows.size()
                && rows.get(start + 1).segments().size() > 1
                && gaps(rows.get(start + 1)).stream()
                        .anyMatch(gap -> gap.width() >= gutter
                                && gap.from() != Double.NEGATIVE_INFINITY
                                && gap.to() != Double.POSITIVE_INFINITY
                                && (gap.from() >= rows.get(start).right() - 1
                                        || gap.to() <= rows.get(start).left() + 1));
    }

    /** A wide white space ends the columns above it. */
    private static boolean farBelow(List<PdfRow> rows, int at, int start) {
        if (at == start) {
            return false;
        }
        PdfSegment above = rows.get(at - 1).segments().get(0);
        PdfSegment below = rows.get(at).segments().get(0);
        return below.top() - above.bottom() > 5 * Math.max(above.size(), below.size());
    }

    private static List<Gap> gaps(PdfRow row) {
        List<Gap> gaps = new ArrayList<>();
        double from = Double.NEGATIVE_INFINITY;
        for (PdfSegment segment : row.segments()) {
            if (segment.left() > from) {
                gaps.add(new Gap(from, segment.left()));
            }
            from = Math.max(from, segment.right());
        }
        gaps.add(new Gap(from, Double.POSITIVE_INFINITY));
        return gaps;
    }

    private static List<Gap> common(List<Gap> some, List<Gap> others, double gutter) {
        List<Gap> common = new ArrayList<>();
        for (Gap one : some) {
            for (Gap other : others) {
                Gap both = new Gap(Math.max(one.from(), other.from()), Math.min(one.to(), other.to()));
                if (both.width() >= gutter) {
                    common.add(both);
                }
            }
        }
        return common;
    }

    /** The gaps with text on both sides somewhere in the rows. */
    private static List<Gap> inner(List<Gap> gaps, List<PdfRow> rows, int start, int end) {
        return gaps.stream()
                .filter(gap -> rows.subList(start, end).stream()
                                .anyMatch(row -> row.left() < gap.from() + 1 && gap.from() != Double.NEGATIVE_INFINITY)
                        && rows.subList(start, end).stream()
                                .anyMatch(row -> row.right() > gap.to() - 1 && gap.to() != Double.POSITIVE_INFINITY))
                .toList();
    }

    private static List<List<PdfSegment>> columns(List<PdfRow> rows, List<Gap> gutters) {
        List<Gap> sorted = new ArrayList<>(gutters);
        sorted.sort(Comparator.comparingDouble(Gap::from));
        List<List<PdfSegment>> columns = new ArrayList<>();
        for (int i = 0; i <= sorted.size(); i++) {
            columns.add(new ArrayList<>());
        }
        for (PdfRow row : rows) {
            for (PdfSegment segment : row.segments()) {
                int column = 0;
                while (column < sorted.size()
                        && segment.left() >= sorted.get(column).from()) {
                    column++;
                }
                columns.get(column).add(segment);
            }
        }
        columns.removeIf(List::isEmpty);
        if (RightToLeft.prevails(rows.stream()
                .flatMap(row -> row.segments().stream())
                .map(PdfSegment::text)
                .toList())) {
            Collections.reverse(columns);
        }
        return columns;
    }

    /** Returns whether lines have several words and most fill their column or continue in the next line. */
    private static boolean isProse(List<PdfSegment> column) {
        List<PdfSegment> lines = PdfRow.of(column).stream().map(PdfRow::line).toList();
        if (lines.size() < 2) {
            return false;
        }
        double left = lines.stream().mapToDouble(PdfSegment::left).min().orElse(0);
        double right = lines.stream().mapToDouble(PdfSegment::right).max().orElse(0);
        int full = 0;
        int[] words = new int[lines.size()];
        for (int i = 0; i < lines.size(); i++) {
            PdfSegment line = lines.get(i);
            boolean fills = line.right() - left >= 0.72 * (right - left);
            boolean goesOn = i + 1 < lines.size()
                    && !lines.get(i + 1).text().isEmpty()
                    && Character.isLowerCase(lines.get(i + 1).text().codePointAt(0));
            full += fills || goesOn ? 1 : 0;
            words[i] = isIdeographic(line.text()) ? line.text().length() / 2 : line.words();
        }
        Arrays.sort(words);
        return words[words.length / 2] >= PROSE_WORDS && full >= PROSE_SHARE * lines.size();
    }

    private static boolean isIdeographic(String text) {
        return text.codePoints().filter(Character::isIdeographic).count() > text.length() / 3;
    }
}
