package io.arketic.extractors.pdf;

import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.contentstream.operator.OperatorName;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSNumber;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.util.Matrix;

/** The lines from left to right and from top to bottom that a page draws: they frame the cells of tables. */
final class PdfRules {

    /** Drawings have more lines than tables. */
    private static final int MOST = 4_000;

    /** A filled area that is no wider than this is a line, in points. */
    private static final double THIN = 3;

    /** A line this short is part of a letter or a tick, in points. */
    private static final double SHORTEST = 4;

    /** From (left, top) to (right, bottom) in points from the page's upper left corner; one of both has no extent. */
    record Rule(double left, double top, double right, double bottom) {

        boolean level() {
            return bottom - top < right - left;
        }
    }

    private record Point(double x, double y) {}

    private final PDRectangle box;
    private final List<Rule> rules = new ArrayList<>();
    private final List<List<Point>> paths = new ArrayList<>();
    private int points;

    PdfRules(PDRectangle box) {
        this.box = box;
    }

    /** The lines so far; none of a page that has more than tables need. */
    List<Rule> rules() {
        return rules.size() > MOST ? List.of() : rules;
    }

    /** Follows the drawing of paths; other operators change nothing. */
    void follow(String operator, List<COSBase> operands, Matrix place) {
        switch (operator) {
            case OperatorName.MOVE_TO -> point(operands, 0, place, true);
            case OperatorName.LINE_TO -> point(operands, 0, place, false);
            case OperatorName.CURVE_TO -> point(operands, 4, place, true);
            case OperatorName.CURVE_TO_REPLICATE_INITIAL_POINT, OperatorName.CURVE_TO_REPLICATE_FINAL_POINT ->
                point(operands, 2, place, true);
            case OperatorName.APPEND_RECT -> rectangle(operands, place);
            case OperatorName.CLOSE_PATH -> close();
            case OperatorName.STROKE_PATH -> paint(true);
            case OperatorName.CLOSE_AND_STROKE,
                    OperatorName.CLOSE_FILL_NON_ZERO_AND_STROKE,
                    OperatorName.CLOSE_FILL_EVEN_ODD_AND_STROKE -> {
                close();
                paint(true);
            }
            case OperatorName.FILL_NON_ZERO_AND_STROKE, OperatorName.FILL_EVEN_ODD_AND_STROKE -> paint(true);
            case OperatorName.FILL_NON_ZERO, OperatorName.LEGACY_FILL_NON_ZERO, OperatorName.FILL_EVEN_ODD ->
                paint(false);
            case OperatorName.ENDPATH -> clear();
            default -> {}
        }
    }

    private void point(List<COSBase> operands, int at, Matrix place, boolean begins) {
        if (operands.size() < at + 2
                || !(operands.get(at) instanceof COSNumber x)
                || !(operands.get(at + 1) instanceof COSNumber y)
                || ++points > 4 * MOST) {
            return;
        }
        if (begins || paths.isEmpty()) {
            paths.add(new ArrayList<>());
        }
        paths.get(paths.size() - 1).add(onPage(x.floatValue(), y.floatValue(), place));
    }

    private Point onPage(float x, float y, Matrix place) {
        var moved = place.transformPoint(x, y);
        return new Point(moved.x - box.getLowerLeftX(), box.getUpperRightY() - moved.y);
    }

    private void rectangle(List<COSBase> operands, Matrix place) {
        float[] numbers = new float[4];
        for (int i = 0; i < numbers.length; i++) {
            if (operands.size() <= i || !(operands.get(i) instanceof COSNumber number)) {
                return;
            }
            numbers[i] = number.floatValue();
        }
        points += 4;
        if (points <= 4 * MOST) {
            float right = numbers[0] + numbers[2];
            float top = numbers[1] + numbers[3];
            List<Point> corners = new ArrayList<>(List.of(
                    onPage(numbers[0], numbers[1], place),
                    onPage(right, numbers[1], place),
                    onPage(right, top, place),
                    onPage(numbers[0], top, place)));
            corners.add(corners.get(0));
            paths.add(corners);
        }
    }

    private void close() {
        if (!paths.isEmpty() && !paths.get(paths.size() - 1).isEmpty()) {
            List<Point> path = paths.get(paths.size() - 1);
            path.add(path.get(0));
        }
    }

    private void paint(boolean stroked) {
        for (List<Point> path : paths) {
            if (!addThin(path) && stroked) {
                for (int i = 1; i < path.size(); i++) {
                    addThin(path.subList(i - 1, i + 1));
                }
            }
        }
        clear();
    }

    private void clear() {
        paths.clear();
        points = 0;
    }

    /** Adds a path that is a line along the page's edges. */
    private boolean addThin(List<Point> path) {
        double left = path.stream().mapToDouble(Point::x).min().orElse(0);
        double right = path.stream().mapToDouble(Point::x).max().orElse(0);
        double top = path.stream().mapToDouble(Point::y).min().orElse(0);
        double bottom = path.stream().mapToDouble(Point::y).max().orElse(0);
        boolean level = bottom - top <= THIN && right - left >= SHORTEST;
        boolean upright = right - left <= THIN && bottom - top >= SHORTEST;
        if (level && !upright) {
            double middle = (top + bottom) / 2;
            rules.add(new Rule(left, middle, right, middle));
        } else if (upright && !level) {
            double middle = (left + right) / 2;
            rules.add(new Rule(middle, top, middle, bottom));
        }
        return level || upright;
    }
}
