package io.arketic.extractors.pdf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Segments that stand on one line, from left to right. */
record PdfRow(List<PdfSegment> segments) {

    /** A gap inside a line that no justified text has, in font sizes. */
    private static final double ROW_GAP = 1.8;

    PdfRow {
        segments = List.copyOf(segments);
    }

    /** Puts segments into rows, from top to bottom. */
    static List<PdfRow> of(List<PdfSegment> segments) {
        List<PdfSegment> sorted = new ArrayList<>(segments);
        sorted.sort(Comparator.comparingDouble(PdfSegment::baseline));
        List<PdfRow> rows = new ArrayList<>();
        List<PdfSegment> row = new ArrayList<>();
        for (PdfSegment segment : sorted) {
            if (!row.isEmpty()
                    && segment.baseline() - row.get(0).baseline()
                            > 0.5 * Math.min(row.get(0).size(), segment.size())) {
                rows.add(row(row));
                row.clear();
            }
            row.add(segment);
        }
        if (!row.isEmpty()) {
            rows.add(row(row));
        }
        return rows;
    }

    private static PdfRow row(List<PdfSegment> segments) {
        List<PdfSegment> sorted = new ArrayList<>(segments);
        sorted.sort(Comparator.comparingDouble(PdfSegment::left));
        return new PdfRow(sorted);
    }

    double left() {
        return segments.get(0).left();
    }

    double right() {
        return segments.stream().mapToDouble(PdfSegment::right).max().orElse(0);
    }

    double baseline() {
        return segments.get(0).baseline();
    }

    double size() {
        return segments.stream().mapToDouble(PdfSegment::size).max().orElse(1);
    }

    /** The row in one piece; what stands beside each other with wide gaps is no line of running text. */
    PdfSegment line() {
        boolean mirrored = segments.size() > 1
                && RightToLeft.prevails(segments.stream().map(PdfSegment::text).toList());
        PdfSegment line = segments.get(0);
        boolean parted = false;
        for (PdfSegment next : segments.subList(1, segments.size())) {
            parted |= next.left() - line.right() > ROW_GAP * line.size();
            line = mirrored ? next.joined(line, " ") : line.joined(next, " ");
        }
        return parted ? line.onItsOwn() : line;
    }
}
