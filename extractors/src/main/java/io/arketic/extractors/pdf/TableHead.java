package io.arketic.extractors.pdf;

import io.arketic.extractors.pdf.PdfTable.Span;
import java.util.ArrayList;
import java.util.List;

/** The names of a table's columns, put together from the lines of its head. */
final class TableHead {

    private TableHead() {}

    /** A cell of the head and the columns that it names, both ends included. */
    private record Named(PdfSegment cell, int from, int to) {}

    /** Returns one name for each column. A cell over several columns is part of the name of each. */
    static List<String> of(List<TableLine> lines, List<Span> columns) {
        List<StringBuilder> names = new ArrayList<>();
        columns.forEach(column -> names.add(new StringBuilder()));
        for (int i = 0; i < lines.size(); i++) {
            for (Named named : named(lines.get(i), columns, i + 1 < lines.size())) {
                for (int column = named.from(); column <= named.to(); column++) {
                    StringBuilder name = names.get(column);
                    name.append(name.isEmpty() ? "" : " ").append(named.cell().text());
                }
            }
        }
        return names.stream().map(StringBuilder::toString).toList();
    }

    private static List<Named> named(TableLine line, List<Span> columns, boolean spans) {
        List<Named> all = new ArrayList<>();
        int least = 0;
        for (int i = 0; i < line.cells().size(); i++) {
            PdfSegment cell = line.cells().get(i);
            double next = i + 1 < line.cells().size() ? line.cells().get(i + 1).left() : Double.POSITIVE_INFINITY;
            Named named = covered(cell, columns);
            if (spans && named.from() > 0) {
                named = centred(named, columns, Math.max(1, least), next);
            }
            least = named.to() + 1;
            all.add(named);
        }
        return all;
    }

    /** The columns below a cell; the nearest where there is none. */
    private static Named covered(PdfSegment cell, List<Span> columns) {
        int from = -1;
        int to = -1;
        int nearest = 0;
        for (int i = 0; i < columns.size(); i++) {
            double overlap = columns.get(i).overlap(cell.left(), cell.right());
            if (overlap > columns.get(nearest).overlap(cell.left(), cell.right())) {
                nearest = i;
            }
            if (overlap > 0) {
                from = from < 0 ? i : from;
                to = i;
            }
        }
        if (from == 0 && to > 0) {
            // What begins over the first column names that one.
            return cell.left() <= columns.get(0).centre() ? new Named(cell, 0, 0) : new Named(cell, 1, to);
        }
        return from < 0 ? new Named(cell, nearest, nearest) : new Named(cell, from, to);
    }

    /** A name over several columns stands over their middle, also where it is shorter than they are wide. */
    private static Named centred(Named covered, List<Span> columns, int least, double next) {
        double middle = (covered.cell().left() + covered.cell().right()) / 2;
        Named best = covered;
        double distance = distance(columns, covered.from(), covered.to(), middle)
                - 0.5 * covered.cell().size();
        for (int from = covered.from(); from >= Math.min(least, covered.from()); from--) {
            for (int to = covered.to(); to < columns.size() && columns.get(to).left() < next; to++) {
                double other = distance(columns, from, to, middle);
                if (other < distance) {
                    distance = other;
                    best = new Named(covered.cell(), from, to);
                }
            }
        }
        return best;
    }

    private static double distance(List<Span> columns, int from, int to, double middle) {
        return Math.abs((columns.get(from).left() + columns.get(to).right()) / 2 - middle);
    }
}
