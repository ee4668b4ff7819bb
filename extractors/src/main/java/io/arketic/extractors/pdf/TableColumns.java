package io.arketic.extractors.pdf;

import io.arketic.extractors.pdf.PdfTable.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Finds the columns of a table: lines with equally many cells that stand below each other. */
final class TableColumns {

    /** Lines that are tried as the one that the others stand below. */
    private static final int SEEDS = 8;

    /** A cell this far from its column belongs to another one, in font sizes. */
    private static final double NEAR = 1.5;

    /** Edges or middles of a column's cells that differ by less stand in one line, in font sizes. */
    private static final double ALIGNED = 0.7;

    /** The same of figures: a percent sign or a bracket moves their end. */
    private static final double ALIGNED_FIGURES = 1.4;

    private static final double ALIGNED_SHARE = 0.6;

    /** In font sizes. */
    private static final double DEEPEST_INDENT = 6;

    private TableColumns() {}

    private record Fit(List<Span> columns, List<TableLine> lines) {}

    /** The columns from left to right; none where the lines have no columns in common. */
    static List<Span> of(List<TableLine> lines) {
        Map<Integer, List<TableLine>> byCount = new TreeMap<>(Comparator.reverseOrder());
        for (TableLine line : lines) {
            if (line.cells().size() > 1) {
                byCount.computeIfAbsent(line.cells().size(), count -> new ArrayList<>())
                        .add(line);
            }
        }
        List<List<TableLine>> candidates = new ArrayList<>(byCount.values());
        candidates.sort(Comparator.comparingInt(
                same -> -same.size() * (same.get(0).cells().size() - 1)));
        for (List<TableLine> same : candidates) {
            Fit fit = fit(same);
            int least = fit.columns().size() > 2 ? 2 : 3;
            if (fit.lines().size() >= least && aligned(fit) && !leavesNamesOut(fit.columns(), lines)) {
                return withOthers(fit.columns(), lines);
            }
        }
        return List.of();
    }

    /** Returns whether most lines have a cell to the left of the columns, as the columns of a head alone leave it. */
    private static boolean leavesNamesOut(List<Span> columns, List<TableLine> lines) {
        List<TableLine> rows =
                lines.stream().filter(line -> line.cells().size() > 1).toList();
        long outside = rows.stream()
                .map(line -> line.cells().get(0))
                .filter(cell -> columns.get(0).left() - cell.right() > NEAR * cell.size())
                .count();
        return outside * 2 > rows.size();
    }

    private static Fit fit(List<TableLine> same) {
        Fit best = new Fit(List.of(), List.of());
        for (TableLine seed : same.subList(0, Math.min(SEEDS, same.size()))) {
            List<Span> columns = new ArrayList<>(seed.cells().stream()
                    .map(cell -> new Span(cell.left(), cell.right()))
                    .toList());
            List<TableLine> fitting = new ArrayList<>();
            for (TableLine line : same) {
                if (fits(line, columns)) {
                    fitting.add(line);
                    for (int i = 0; i < columns.size(); i++) {
                        PdfSegment cell = line.cells().get(i);
                        columns.set(i, columns.get(i).with(cell.left(), cell.right()));
                    }
                }
            }
            if (fitting.size() > best.lines().size()) {
                best = new Fit(columns, fitting);
            }
        }
        return best;
    }

    private static boolean fits(TableLine line, List<Span> columns) {
        for (int i = 0; i < columns.size(); i++) {
            PdfSegment cell = line.cells().get(i);
            boolean near = columns.get(i).overlap(cell.left(), cell.right()) > -NEAR * cell.size();
            boolean clear = (i == 0 || columns.get(i - 1).overlap(cell.left(), cell.right()) < 0)
                    && (i + 1 == columns.size() || columns.get(i + 1).overlap(cell.left(), cell.right()) < 0);
            if (!near || !clear) {
                return false;
            }
        }
        return true;
    }

    /** The cells of a column begin, end or are centred at the same place; words of running text do not. */
    private static boolean aligned(Fit fit) {
        for (int i = 0; i < fit.columns().size(); i++) {
            int column = i;
            List<PdfSegment> cells =
                    fit.lines().stream().map(line -> line.cells().get(column)).toList();
            double least = ALIGNED_SHARE * cells.size();
            if (i == 0 && (fit.columns().size() > 2 || indented(cells))) {
                continue;
            }
            if (together(cells, PdfSegment::left) < least
                    && together(cells, PdfSegment::right) < least
                    && together(cells, cell -> (cell.left() + cell.right()) / 2) < least) {
                return false;
            }
        }
        return true;
    }

    /** The names of rows are indented by what they belong to. */
    private static boolean indented(List<PdfSegment> cells) {
        double least = cells.stream().mapToDouble(PdfSegment::left).min().orElse(0);
        double most = cells.stream().mapToDouble(PdfSegment::left).max().orElse(0);
        return most - least < DEEPEST_INDENT * cells.get(0).size();
    }

    private static int together(List<PdfSegment> cells, ToDoubleFunction<PdfSegment> place) {
        double[] places = cells.stream().mapToDouble(place).sorted().toArray();
        boolean figures = cells.stream().allMatch(cell -> TableCells.isFigure(cell.text()));
        double width = (figures ? ALIGNED_FIGURES : ALIGNED) * cells.get(0).size();
        int most = 0;
        int from = 0;
        for (int i = 0; i < places.length; i++) {
            while (places[i] - places[from] > width) {
                from++;
            }
            most = Math.max(most, i - from + 1);
        }
        return most;
    }

    /** A cell that stands clear of all columns has one of its own. */
    private static List<Span> withOthers(List<Span> columns, List<TableLine> lines) {
        List<Span> all = new ArrayList<>(columns);
        for (TableLine line : lines) {
            for (PdfSegment cell : line.cells().size() > 1 ? line.cells() : List.<PdfSegment>of()) {
                boolean apart = all.stream()
                        .allMatch(column -> column.overlap(cell.left(), cell.right()) < -NEAR * cell.size());
                if (apart && cell.right() > all.get(0).left()) {
                    all.add(new Span(cell.left(), cell.right()));
                    all.sort(Comparator.comparingDouble(Span::left));
                }
            }
        }
        return all;
    }

    /** The widest distances between lines part the rows where some are clearly wider; 0 where all are alike. */
    static double rowGap(List<TableLine> lines) {
        double[] gaps = new double[Math.max(0, lines.size() - 1)];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = lines.get(i + 1).row().baseline() - lines.get(i).row().baseline();
        }
        Arrays.sort(gaps);
        if (gaps.length < 2) {
            return 0;
        }
        int jump = 1;
        for (int i = 2; i < gaps.length; i++) {
            if (gaps[i] / Math.max(0.1, gaps[i - 1]) > gaps[jump] / Math.max(0.1, gaps[jump - 1])) {
                jump = i;
            }
        }
        return gaps[jump] > 1.2 * gaps[jump - 1] ? (gaps[jump] + gaps[jump - 1]) / 2 : 0;
    }
}
