package io.arketic.extractors.pdf;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Handles the dots that lead from a name to what belongs to it: the page in a table of contents, or the figures of an
 * annual report.
 */
final class Leaders {

    private static final Pattern LEADER = Pattern.compile("(?:[.\u2026\u00B7]\\s?){4,}+");
    private static final Pattern PAGE = Pattern.compile("(?:[A-Z]{1,2}-)?\\d{1,4}|[ivxlc]{1,8}|[IVXLC]{1,8}");
    private static final Pattern ARABIC = Pattern.compile("\\d+");

    /** Limits the rows around one whose numbers are compared. */
    private static final int ROWS_BEFORE = 50;

    private static final int ROWS_BEHIND = 150;

    /** So many rows for each one that has no page number, such as "n/a". */
    private static final int PAGES_PER_OTHER = 4;

    /** So many rows for each fall of the numbers, which begin again in a list of figures. */
    private static final int ROWS_PER_FALL = 10;

    /** Is a digit's usual width, in font sizes. */
    private static final double DIGIT = 0.5;

    private Leaders() {}

    static boolean in(PdfRow row) {
        return row.segments().stream()
                .anyMatch(segment -> LEADER.matcher(segment.text()).find());
    }

    /** Returns whether the rows around one are of a table of contents: single page numbers that do not fall. */
    static boolean areOfContents(List<PdfRow> rows, int at) {
        int led = 0;
        int others = 0;
        int falls = 0;
        List<String> before = List.of();
        for (PdfRow row : rows.subList(Math.max(0, at - ROWS_BEFORE), Math.min(rows.size(), at + ROWS_BEHIND))) {
            if (!in(row)) {
                continue;
            }
            led++;
            List<String> pages = pages(row);
            if (pages == null) {
                others++;
            } else if (!pages.isEmpty()) {
                falls += fall(before, pages) ? 1 : 0;
                before = pages;
            }
        }
        return led > 0 && others * PAGES_PER_OTHER <= led && falls * ROWS_PER_FALL <= led;
    }

    /** The page numbers behind the leaders of a row, or null if there is something else, such as a second figure. */
    private static @Nullable List<String> pages(PdfRow row) {
        List<String> pages = new ArrayList<>();
        boolean led = false;
        boolean second = false;
        for (PdfSegment segment : row.segments()) {
            Matcher leader = LEADER.matcher(segment.text());
            int from = 0;
            while (from < segment.text().length()) {
                boolean leads = leader.find();
                int to = leads ? leader.start() : segment.text().length();
                String text = segment.text().substring(from, to).strip();
                if (led && !text.isEmpty()) {
                    if (!PAGE.matcher(text).matches()) {
                        return null;
                    }
                    pages.add(text);
                } else {
                    second |= !pages.isEmpty() && TableCells.isFigure(text);
                }
                led = leads || led && text.isEmpty();
                second &= !leads; // the number of the next entry
                from = leads ? leader.end() : to;
            }
        }
        return second ? null : pages;
    }

    private static boolean fall(List<String> before, List<String> pages) {
        for (int i = 0; i < Math.min(before.size(), pages.size()); i++) {
            boolean numbers = Stream.of(before.get(i), pages.get(i))
                    .allMatch(page -> ARABIC.matcher(page).matches());
            if (numbers && Integer.parseInt(pages.get(i)) < Integer.parseInt(before.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Returns the segments of a row without its leaders, which part a name from its figure; all if nothing else is there. */
    static List<PdfSegment> without(PdfRow row) {
        List<PdfSegment> bare = new ArrayList<>();
        for (PdfSegment segment : row.segments()) {
            Matcher leader = LEADER.matcher(segment.text());
            if (!leader.find()) {
                bare.add(segment);
                continue;
            }
            String name = segment.text().substring(0, leader.start()).strip();
            String figure = LEADER.matcher(segment.text().substring(leader.end()))
                    .replaceAll(" ")
                    .strip();
            double share = segment.width() / segment.text().length();
            if (!name.isEmpty()) {
                bare.add(part(segment, name, segment.left(), segment.left() + share * name.length()));
            }
            if (!figure.isEmpty()) {
                double width = Math.min(segment.width() / 2, DIGIT * segment.size() * figure.length());
                bare.add(part(segment, figure, segment.right() - width, segment.right()));
            }
        }
        return bare.isEmpty() ? row.segments() : bare;
    }

    private static PdfSegment part(PdfSegment whole, String text, double left, double right) {
        return new PdfSegment(text, left, right, whole.baseline(), whole.size(), whole.bold(), whole.alone());
    }
}
