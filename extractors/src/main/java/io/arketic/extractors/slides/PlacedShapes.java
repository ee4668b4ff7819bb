package io.arketic.extractors.slides;

import io.arketic.extractors.assembly.RecordedXhtml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Puts the shapes of a slide into reading order: the title first, then from top to bottom, columns one after the other.
 * Programs store them in drawing order.
 */
public final class PlacedShapes {

    private PlacedShapes() {}

    /**
     * Holds a shape with text.
     *
     * @param title whether it is the slide's title
     * @param placeholder whether the slide's layout has a place for it; such shapes are stored in the order of reading
     */
    public record Shape(
            boolean title,
            boolean placeholder,
            double left,
            double top,
            double width,
            double height,
            RecordedXhtml content) {

        double right() {
            return left + width;
        }

        double bottom() {
            return top + height;
        }
    }

    public static List<Shape> inReadingOrder(List<Shape> shapes) {
        List<Shape> ordered =
                new ArrayList<>(shapes.stream().filter(Shape::title).toList());
        List<Shape> rest = shapes.stream().filter(shape -> !shape.title()).toList();
        ordered.addAll(rest.stream().allMatch(Shape::placeholder) ? rest : cut(rest, 0));
        return ordered;
    }

    /** Cuts at a free horizontal band or a free column, and orders the parts one after the other. */
    private static List<Shape> cut(List<Shape> shapes, int depth) {
        if (shapes.size() < 2 || depth > 20) {
            return shapes;
        }
        List<List<Shape>> columns = groups(shapes, Comparator.comparingDouble(Shape::left), false);
        List<List<Shape>> bands = groups(shapes, Comparator.comparingDouble(Shape::top), true);
        boolean sideBySide = columns.size() > 1 && columns.stream().allMatch(column -> column.size() > 1);
        List<List<Shape>> parts = bands.size() > 1 && !sideBySide ? bands : columns.size() > 1 ? columns : bands;
        if (parts.size() < 2) {
            return shapes.stream()
                    .sorted(Comparator.comparingDouble(Shape::top).thenComparingDouble(Shape::left))
                    .toList();
        }
        return parts.stream().flatMap(part -> cut(part, depth + 1).stream()).toList();
    }

    private static List<List<Shape>> groups(List<Shape> shapes, Comparator<Shape> order, boolean down) {
        List<List<Shape>> groups = new ArrayList<>();
        double end = 0;
        for (Shape shape : shapes.stream().sorted(order).toList()) {
            double start = down ? shape.top() : shape.left();
            double size = down ? shape.height() : shape.width();
            // Boxes are larger than their text and may overlap a little.
            if (groups.isEmpty() || start < end - 0.1 * size) {
                if (groups.isEmpty()) {
                    groups.add(new ArrayList<>());
                }
            } else {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(shape);
            end = groups.get(groups.size() - 1).size() == 1 ? start + size : Math.max(end, start + size);
        }
        return groups;
    }
}
