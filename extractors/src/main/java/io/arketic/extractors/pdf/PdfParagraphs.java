package io.arketic.extractors.pdf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Joins the lines of a block to paragraphs and headings. */
final class PdfParagraphs {

    /** Sets the size, relative to most of the document's text, from which a line is a heading. */
    private static final double HEADING_SIZE = 1.15;

    private static final int LONGEST_HEADING = 200;
    private static final int LONGEST_BOLD_HEADING = 120;

    /** Sets the levels of bold headings of the usual size, below all larger ones: numbered or in capitals, and others. */
    private static final int MAIN_BOLD_LEVEL = 4;

    private static final int BOLD_LEVEL = 5;

    /** Sets the share of bold letters from which bold says nothing. */
    private static final double MOSTLY_BOLD = 0.3;

    /** Sets the distance of bold lines from which they are two headings, in font sizes. */
    private static final double LOOSE = 1.6;

    private static final double PARAGRAPH_GAP = 1.5;
    private static final int ENOUGH_LINES = 5;
    private static final Pattern ITEM =
            Pattern.compile("^(?:[•‣▪●○◦–—\u2022\u25A0\u25AA*-]|\\(?(?:\\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\\s+\\S.*");

    private static final Pattern BULLET = Pattern.compile("[^\\p{L}\\p{N}(§\"“„«]");
    private static final Pattern NUMBERED = Pattern.compile(
            "^(?:§|(?:\\p{L}+\\s+)?(?:\\d{1,3}|[IVX]{1,5})(?:\\.\\d{1,3})*[A-Za-z]?(?:[.):–—-]|\\s|$)).*");

    /** Matches a label with its value, which is a fact and no heading, unless a number comes first. */
    private static final Pattern LABELLED = Pattern.compile(".*[:=]\\s+\\S.*");

    private static final Pattern SENTENCE_END = Pattern.compile("[.,;!。]$");

    /**
     * @param level 1 to 5 for a heading, 0 for a paragraph
     * @param lines as they are to be read; a line may be one of a list
     */
    record Paragraph(int level, List<PdfSegment> lines, double width) {

        String first() {
            return lines.get(0).text();
        }

        String last() {
            return lines.get(lines.size() - 1).text();
        }
    }

    private final double bodySize;
    private final boolean boldHeadings;

    /** @param pages lines of each page of the document */
    PdfParagraphs(List<List<PdfSegment>> pages) {
        this.bodySize = bodySize(pages);
        this.boldHeadings = boldShare(pages) < MOSTLY_BOLD;
    }

    List<Paragraph> of(List<PdfSegment> lines) {
        double left = lines.stream().mapToDouble(PdfSegment::left).min().orElse(0);
        double right = lines.stream().mapToDouble(PdfSegment::right).max().orElse(0);
        double leading = leading(lines);
        List<Paragraph> paragraphs = new ArrayList<>();
        List<PdfSegment> open = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!open.isEmpty() && begins(open.get(open.size() - 1), lines.get(i), left, right, leading)) {
                paragraphs.add(close(open, right - left));
            }
            open.add(lines.get(i));
        }
        if (!open.isEmpty()) {
            paragraphs.add(close(open, right - left));
        }
        return paragraphs;
    }

    private Paragraph close(List<PdfSegment> open, double width) {
        Paragraph paragraph = new Paragraph(level(open), List.copyOf(open), width);
        open.clear();
        return paragraph;
    }

    private int level(List<PdfSegment> lines) {
        int length = lines.stream().mapToInt(line -> line.text().length()).sum();
        double size = lines.stream().mapToDouble(PdfSegment::size).min().orElse(0);
        boolean words = lines.get(0).text().codePoints().anyMatch(Character::isLetter);
        if (length > LONGEST_HEADING || lines.size() > 3 || !words) {
            return 0;
        }
        if (size < HEADING_SIZE * bodySize) {
            return length <= LONGEST_BOLD_HEADING && isBoldHeading(lines, size)
                    ? boldLevel(lines.get(0).text())
                    : 0;
        }
        return size >= 1.6 * bodySize ? 1 : size >= 1.3 * bodySize ? 2 : 3;
    }

    /** Many documents set headings in bold letters of the usual size. */
    private boolean isBoldHeading(List<PdfSegment> lines, double size) {
        return boldHeadings
                && size > 0.9 * bodySize
                && lines.stream().allMatch(line -> line.bold() && !line.alone())
                && !BULLET.matcher(lines.get(0).text()).lookingAt()
                && (NUMBERED.matcher(lines.get(0).text()).matches()
                        || lines.stream()
                                .noneMatch(line -> LABELLED.matcher(line.text()).matches()))
                && !SENTENCE_END
                        .matcher(lines.get(lines.size() - 1).text().strip())
                        .find();
    }

    private static int boldLevel(String text) {
        boolean capitals = text.codePoints().noneMatch(Character::isLowerCase);
        return capitals || NUMBERED.matcher(text).matches() ? MAIN_BOLD_LEVEL : BOLD_LEVEL;
    }

    /** Returns the distance of most lines from the line above. */
    private static double leading(List<PdfSegment> lines) {
        double[] gaps = new double[Math.max(0, lines.size() - 1)];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = lines.get(i + 1).baseline() - lines.get(i).baseline();
        }
        Arrays.sort(gaps);
        double[] sizes = lines.stream().mapToDouble(PdfSegment::size).sorted().toArray();
        double size = sizes.length == 0 ? 1 : sizes[sizes.length / 2];
        // A few lines between tables say little about how far lines stand apart.
        double most = gaps.length < ENOUGH_LINES ? 1.4 : 2.5;
        return gaps.length == 0 ? 1.2 * size : Math.min(Math.max(gaps[gaps.length / 2], size), most * size);
    }

    private boolean begins(PdfSegment above, PdfSegment line, double left, double right, double leading) {
        double gap = line.baseline() - above.baseline();
        // Lines of larger letters stand farther apart.
        double usual = Math.max(leading, 1.2 * Math.min(above.size(), line.size()));
        if (gap > PARAGRAPH_GAP * usual || gap < 0) {
            return true;
        }
        double larger = Math.max(above.size(), line.size());
        if (larger > 1.1 * Math.min(above.size(), line.size()) && larger > 1.1 * bodySize) {
            return true;
        }
        boolean headingEnds = above.bold() && !line.bold() && !brokenByMargin(above, line.text(), left, right);
        boolean indented = line.left() - above.left() > 0.8 * line.size()
                && endsSentence(above.text())
                && !ITEM.matcher(above.text()).matches();
        boolean headingBegins = boldHeadings
                && line.bold()
                && (!above.bold() || gap > LOOSE * line.size())
                && line.width() < 0.7 * (right - left)
                && !brokenByMargin(above, line.text(), left, right);
        return headingEnds && above.width() < 0.7 * (right - left) || headingBegins || indented;
    }

    private static boolean endsSentence(String text) {
        return !text.isEmpty() && ".!?:;”\"»)".indexOf(text.charAt(text.length() - 1)) >= 0;
    }

    /**
     * Returns whether the next line's first word would not have fitted at the end of a line, so that the margin broke
     * it.
     */
    private static boolean brokenByMargin(PdfSegment line, String next, double left, double right) {
        int end = next.indexOf(' ');
        int length = Math.max(1, end < 0 ? next.length() : end);
        double letter = line.text().isEmpty()
                ? line.size() / 2
                : line.width() / line.text().length();
        return line.right() + (length + 1) * letter > left + (right - left) * 0.98;
    }

    /** Returns the text of a paragraph in lines; joins those that the margin broke. */
    static String text(Paragraph paragraph, LineEnds ends) {
        List<PdfSegment> lines = paragraph.lines();
        double left = lines.stream().mapToDouble(PdfSegment::left).min().orElse(0);
        double right = Math.max(
                left + paragraph.width() * 0.9,
                lines.stream().mapToDouble(PdfSegment::right).max().orElse(0));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).text();
            if (i > 0) {
                PdfSegment above = lines.get(i - 1);
                if (LineEnds.endsInHyphen(text.toString())) {
                    ends.join(text, line);
                    continue;
                }
                boolean goesOn = paragraph.level() > 0
                        || !above.alone()
                                && !lines.get(i).alone()
                                && !ITEM.matcher(line).matches()
                                && (brokenByMargin(above, line, left, right)
                                        || !line.isEmpty()
                                                && Character.isLowerCase(line.codePointAt(0))
                                                && !endsSentence(above.text()));
                text.append(goesOn ? between(above.text(), line) : "\n");
            }
            text.append(line);
        }
        return text.toString();
    }

    /** Returns the separator of two lines; Chinese and Japanese have none. */
    private static String between(String above, String below) {
        boolean ideographic = !above.isEmpty()
                && !below.isEmpty()
                && Character.isIdeographic(above.codePointBefore(above.length()))
                && Character.isIdeographic(below.codePointAt(0));
        return ideographic ? "" : " ";
    }

    /** Returns whether a paragraph continues in the next column or page. */
    static boolean goesOn(Paragraph above, Paragraph below) {
        String last = above.last().strip();
        String first = below.first().strip();
        if (above.level() > 0
                || below.level() > 0
                || last.isEmpty()
                || first.isEmpty()
                || ITEM.matcher(first).matches()) {
            return false;
        }
        boolean ended = ".!?:;".indexOf(last.charAt(last.length() - 1)) >= 0;
        return !ended
                && Character.isLowerCase(first.codePointAt(0))
                && above.lines().get(above.lines().size() - 1).width() > 0.6 * above.width()
                && last.codePoints().anyMatch(Character::isLetter);
    }

    private static double boldShare(List<List<PdfSegment>> pages) {
        long all = 0;
        long bold = 0;
        for (List<PdfSegment> page : pages) {
            for (PdfSegment line : page) {
                all += line.text().length();
                bold += line.bold() ? line.text().length() : 0;
            }
        }
        return all == 0 ? 0 : (double) bold / all;
    }

    /** Returns the size of most letters. */
    private static double bodySize(List<List<PdfSegment>> pages) {
        Map<Double, Integer> letters = new HashMap<>();
        for (List<PdfSegment> page : pages) {
            for (PdfSegment line : page) {
                letters.merge(Math.round(line.size() * 2) / 2.0, line.text().length(), Integer::sum);
            }
        }
        return letters.entrySet().stream()
                .max(Map.Entry.<Double, Integer>comparingByValue()
                        .thenComparing(Comparator.comparing(Map.Entry::getKey)))
                .map(Map.Entry::getKey)
                .orElse(10.0);
    }
}
