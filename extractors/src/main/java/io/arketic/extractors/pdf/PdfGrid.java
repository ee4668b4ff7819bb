package io.arketic.extractors.pdf;

import io.arketic.extractors.pdf.PdfRules.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines of a page that frame cells. Fields are counted from the upper left; a cell may be of several fields, between which
 * a part of a line is missing.
 */
final class PdfGrid {

    /** Lines that are no farther apart meet, in points. */
    private static final double NEAR = 3;

    private static final int MOST_FIELDS = 20_000;

    private final double[] xs;
    private final double[] ys;
    private final List<Rule> rules;

    private PdfGrid(List<Rule> rules) {
        this.rules = rules;
        this.xs = places(rules.stream()
                .flatMap(rule -> rule.level() ? List.<Double>of().stream() : List.of(rule.left()).stream())
                .toList());
        this.ys = places(rules.stream()
                .flatMap(rule -> rule.level() ? List.of(rule.top()).stream() : List.<Double>of().stream())
                .toList());
    }

    /** The grids of at least two rows and two columns, from top to bottom. */
    static List<PdfGrid> of(List<Rule> rules) {
        List<Rule> left = new ArrayList<>(rules);
        List<PdfGrid> grids = new ArrayList<>();
        while (!left.isEmpty()) {
            List<Rule> joined = new ArrayList<>(List.of(left.remove(left.size() - 1)));
            for (int i = 0; i < joined.size(); i++) {
                Rule rule = joined.get(i);
                for (int k = left.size() - 1; k >= 0; k--) {
                    if (meet(rule, left.get(k))) {
                        joined.add(left.remove(k));
                    }
                }
            }
            PdfGrid grid = new PdfGrid(joined);
            if (grid.rows() > 1 && grid.columns() > 1 && grid.rows() * grid.columns() <= MOST_FIELDS) {
                grids.add(grid);
            }
        }
        grids.sort((one, other) -> Double.compare(one.top(), other.top()));
        return grids;
    }

    private static boolean meet(Rule one, Rule other) {
        return one.left() <= other.right() + NEAR
                && other.left() <= one.right() + NEAR
                && one.top() <= other.bottom() + NEAR
                && other.top() <= one.bottom() + NEAR;
    }

    private static double[] places(List<Double> all) {
        double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int count = 0;
        for (double place : sorted) {
            if (count == 0 || place - sorted[count - 1] > NEAR) {
                sorted[count++] = place;
            }
        }
        return Arrays.copyOf(sorted, count);
    }

    int rows() {
        return ys.length - 1;
    }

    int columns() {
        return xs.length - 1;
    }

    double top() {
        return ys[0];
    }

    double bottom() {
        return ys[ys.length - 1];
    }

    double left(int column) {
        return xs[column];
    }

    double right(int column) {
        return xs[column + 1];
    }

    /** The row of a line of text, or -1. */
    int row(double baseline) {
        return place(ys, baseline - 1);
    }

    /** The column of a point, or -1. */
    int column(double x) {
        return place(xs, x);
    }

    private static int place(double[] places, double at) {
        int found = Arrays.binarySearch(places, at);
        int index = found >= 0 ? found : -found - 2;
        return index < places.length - 1 ? index : -1;
    }

    /** Returns whether a line separates a field from the field to its right. */
    boolean partedRight(int row, int column) {
        double x = xs[column + 1];
        double y = (ys[row] + ys[row + 1]) / 2;
        return rules.stream()
                .anyMatch(rule ->
                        !rule.level() && Math.abs(rule.left() - x) <= NEAR && rule.top() <= y && rule.bottom() >= y);
    }

    /** Returns whether a line separates a field from the field below it. */
    boolean partedBelow(int row, int column) {
        double y = ys[row + 1];
        double x = (xs[column] + xs[column + 1]) / 2;
        return rules.stream()
                .anyMatch(rule ->
                        rule.level() && Math.abs(rule.top() - y) <= NEAR && rule.left() <= x && rule.right() >= x);
    }
}
