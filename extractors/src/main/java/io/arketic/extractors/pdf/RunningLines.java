package io.arketic.extractors.pdf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds running headers and footers: lines at the upper or lower edge of many pages with the same words, ignoring
 * numbers, and page numbers. Their height does not count, because pages made from web pages end at different heights.
 */
final class RunningLines {

    /** Sets how many lines it compares at each edge of a page. */
    private static final int EDGE_LINES = 3;

    private static final double SHARE = 0.3;
    private static final Pattern NUMBER = Pattern.compile("\\d+|\\b[ivxlc]+\\b");
    private static final Pattern PAGE_NUMBER = Pattern.compile(
            "(?i)[-–—\\[(\\s]*(?:(?:page|seite|página|pagina|sayfa|strona|p\\.|s\\.)\\s*)?#(?:\\s*(?:/|of|von|de|di|van|z)\\s*#)?[-–—\\])\\s]*");

    private final Map<String, Integer> pagesWith = new HashMap<>();
    private int pages;

    /**
     * Looks at the lines of a page, from top to bottom.
     *
     * @param inTables those that are rows of tables, whose head may stand on every page
     */
    void learn(List<PdfSegment> lines, Set<PdfSegment> inTables) {
        pages++;
        Set<String> seen = new HashSet<>();
        edges(lines).stream().filter(line -> !inTables.contains(line)).forEach(line -> seen.add(key(line)));
        seen.forEach(key -> pagesWith.merge(key, 1, Integer::sum));
    }

    /** Returns the lines of a page without its running ones. */
    Set<PdfSegment> on(List<PdfSegment> lines) {
        Set<PdfSegment> running = new HashSet<>();
        if (pages < 2) {
            return running;
        }
        for (PdfSegment line : edges(lines)) {
            // Two equal pages may be copies, but two page numbers are page numbers.
            boolean number = PAGE_NUMBER.matcher(bare(line)).matches();
            double least = Math.max(number ? 2 : 3, SHARE * pages);
            if (pagesWith.getOrDefault(key(line), 0) >= least) {
                running.add(line);
            }
        }
        return running;
    }

    private static List<PdfSegment> edges(List<PdfSegment> lines) {
        if (lines.size() <= EDGE_LINES) {
            // A page with few lines may be only its header, or a slide.
            return lines.stream()
                    .filter(line -> PAGE_NUMBER.matcher(bare(line)).matches())
                    .toList();
        }
        List<PdfSegment> edges = new ArrayList<>(lines.subList(0, EDGE_LINES));
        edges.addAll(lines.subList(Math.max(EDGE_LINES, lines.size() - EDGE_LINES), lines.size()));
        return edges;
    }

    private static String bare(PdfSegment line) {
        return NUMBER.matcher(line.text().strip()).replaceAll("#");
    }

    private static String key(PdfSegment line) {
        String bare = bare(line);
        return PAGE_NUMBER.matcher(bare).matches() ? "#" : bare;
    }
}
