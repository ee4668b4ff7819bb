package io.arketic.extractors.pdf;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The cells of a line of a table, and what they are. */
final class TableCells {

    /** The sign of a currency, which stands at the left edge of its column, before a number at the right edge. */
    private static final Pattern BEFORE = Pattern.compile("(?:[A-Z]{0,3}[$€£¥₺₹]|[-–(])\\s*\\(?");

    /** A sign that belongs to the number before it. */
    private static final Pattern BEHIND = Pattern.compile("[)%‰]+");

    private static final double BEHIND_GAP = 3;
    private static final int LONGEST_FIGURE = 40;
    private static final Pattern NUMBER = Pattern.compile(
            "[-–—+~≈<>≤≥±(\\s]*(?:[A-Z]{0,3}\\s*[$€£¥₺₹])?[\\s(–-]*\\d[\\d.,'\\u2019\\u00A0\\u202F ]*(?:[%‰xX×]|[kKmMbB]|bn|pts?|bps|pp)?[)\\s%]*[*†‡§]*"
                    + "|(?:[A-Z]{0,3}\\s*[$€£¥₺₹])?\\s*[-–—]+\\s*%?|(?i:n/?[am]|n\\.[am]\\.|nm)");
    private static final Pattern YEAR =
            Pattern.compile("(?:FY|CY)?\\s?(?:19|20)\\d\\d(?:\\s?[-–/]\\s?\\d{2,4})?[EFA]?");

    private TableCells() {}

    /** The segments of a row without leaders, with signs joined to the number that they belong to. */
    static List<PdfSegment> of(PdfRow row) {
        List<PdfSegment> cells = new ArrayList<>();
        boolean open = false;
        for (PdfSegment segment : Leaders.without(row)) {
            PdfSegment last = cells.isEmpty() ? null : cells.get(cells.size() - 1);
            boolean behind = last != null
                    && BEHIND.matcher(segment.text()).matches()
                    && segment.left() - last.right() < BEHIND_GAP * segment.size();
            if (last != null && (open || behind)) {
                cells.set(
                        cells.size() - 1,
                        last.joined(segment, open && last.text().endsWith("(") ? "" : " "));
            } else {
                cells.add(segment);
            }
            open = BEFORE.matcher(segment.text()).matches();
        }
        return cells;
    }

    static boolean isYear(String text) {
        return YEAR.matcher(text.strip()).matches();
    }

    /** A number, an amount or the dash that stands for none. */
    static boolean isFigure(String text) {
        return text.length() <= LONGEST_FIGURE && NUMBER.matcher(text.strip()).matches();
    }
}
