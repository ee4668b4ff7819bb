package io.arketic.extractors.pdf;

import io.arketic.extractors.pdf.PdfRules.Rule;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.apache.pdfbox.text.TextPosition;

/** Puts letters that are read in one direction together to segments. */
final class PdfLetters {

    /** A gap wider than this share of the font's size parts two segments: columns and cells, and not words. */
    private static final double SEGMENT_GAP = 1.1;

    /** So many blanks part two segments where a blank is wide, as it is where all letters have one width. */
    private static final double BLANKS = 2.5;

    /** Sets the widest blank between words, in font sizes; a wider one fills the space between columns. */
    private static final double WIDEST_BLANK = 0.7;

    /** Share of the narrower letter's height by which two letters of one line overlap. */
    private static final double LINE_OVERLAP = 0.5;

    /** Matches names of bold fonts: those of TeX and of the free Times and Helvetica do not say "bold". */
    private static final Pattern BOLD_NAME =
            Pattern.compile("(?i)bold|black|heavy|-demi|-medi(?!um)|(?:cm|ec|lm|sf)bx");

    private PdfLetters() {}

    /**
     * The segments of letters that are read in one direction.
     *
     * @param rules lines of the page, of which an upright one parts what stands beside it
     */
    static List<PdfSegment> lines(List<TextPosition> glyphs, List<Rule> rules) {
        List<Rule> upright = rules.stream().filter(rule -> !rule.level()).toList();
        Map<TextPosition, Integer> order = new IdentityHashMap<>();
        glyphs.forEach(glyph -> order.put(glyph, order.size()));
        List<TextPosition> sorted = new ArrayList<>(glyphs);
        sorted.sort(Comparator.comparingDouble(TextPosition::getYDirAdj));
        List<PdfSegment> segments = new ArrayList<>();
        List<TextPosition> row = new ArrayList<>();
        double baseline = 0;
        double height = 0;
        for (TextPosition glyph : sorted) {
            double size = size(glyph);
            double apart = glyph.getYDirAdj() - baseline;
            boolean same = !row.isEmpty() && apart <= (1 - LINE_OVERLAP) * Math.min(height, size);
            if (!same && !row.isEmpty()) {
                runs(row, order).forEach(run -> split(run, upright, segments));
                row.clear();
            }
            if (row.isEmpty() || size > height) {
                baseline = glyph.getYDirAdj();
                height = size;
            }
            row.add(glyph);
        }
        if (!row.isEmpty()) {
            runs(row, order).forEach(run -> split(run, upright, segments));
        }
        return segments;
    }

    /** Letters that are drawn over each other belong to different texts, each of them in the order of drawing. */
    private static List<List<TextPosition>> runs(List<TextPosition> row, Map<TextPosition, Integer> order) {
        List<TextPosition> drawn = new ArrayList<>(row);
        drawn.sort(Comparator.comparingInt(order::get));
        List<List<TextPosition>> pieces = new ArrayList<>();
        for (TextPosition glyph : drawn) {
            List<TextPosition> piece = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
            double end = piece == null ? 0 : end(piece);
            if (piece == null || Math.abs(glyph.getXDirAdj() - end) > 0.5 * size(glyph)) {
                piece = new ArrayList<>();
                pieces.add(piece);
            }
            piece.add(glyph);
        }
        pieces.sort(Comparator.comparingDouble(piece -> piece.get(0).getXDirAdj()));
        List<List<TextPosition>> runs = new ArrayList<>();
        for (List<TextPosition> piece : pieces) {
            double left = piece.get(0).getXDirAdj() + 0.5 * size(piece.get(0));
            List<TextPosition> free =
                    runs.stream().filter(run -> end(run) <= left).findFirst().orElse(null);
            if (free == null && runs.stream().noneMatch(run -> repeats(piece, run))) {
                runs.add(piece);
            } else if (free == null) {
                continue;
            } else {
                free.addAll(piece);
            }
        }
        return runs;
    }

    /** Returns whether the letters are drawn twice at one place, which makes them bold. */
    private static boolean repeats(List<TextPosition> piece, List<TextPosition> run) {
        double left = piece.get(0).getXDirAdj();
        int from = 0;
        while (from < run.size() && Math.abs(run.get(from).getXDirAdj() - left) > 0.2 * size(run.get(from))) {
            from++;
        }
        if (from + piece.size() > run.size()) {
            return false;
        }
        for (int i = 0; i < piece.size(); i++) {
            if (!unicode(piece.get(i)).equals(unicode(run.get(from + i)))) {
                return false;
            }
        }
        return true;
    }

    private static double end(List<TextPosition> letters) {
        TextPosition last = letters.get(letters.size() - 1);
        return last.getXDirAdj() + last.getWidthDirAdj();
    }

    /** Cuts the letters of a line at wide gaps, and puts blanks at narrower ones. */
    private static void split(List<TextPosition> row, List<Rule> rules, List<PdfSegment> segments) {
        StringBuilder text = new StringBuilder();
        TextPosition first = row.get(0);
        double end = first.getXDirAdj();
        double previousSize = size(first);
        double widest = 0;
        boolean bold = true;
        double blanks = 0;
        for (TextPosition glyph : row) {
            double gap = glyph.getXDirAdj() - end;
            double size = Math.max(size(glyph), previousSize);
            if (isBlank(glyph)) {
                blanks = Math.max(blanks, glyph.getWidthDirAdj());
                continue;
            }
            boolean apart = blanks > 0 || gap > blank(glyph);
            boolean wide = gap > Math.max(SEGMENT_GAP * size, BLANKS * Math.min(blanks, WIDEST_BLANK * size));
            if (!text.isEmpty() && (wide || apart && isParted(end, glyph, rules))) {
                add(text, first, end, widest, bold, segments);
                text.setLength(0);
                widest = 0;
                bold = true;
            } else if (!text.isEmpty() && apart) {
                text.append(' ');
            }
            if (text.isEmpty()) {
                first = glyph;
            }
            text.append(RightToLeft.drawn(unicode(glyph)));
            blanks = 0;
            widest = Math.max(widest, size(glyph));
            bold &= isBold(glyph);
            end = Math.max(end, glyph.getXDirAdj() + glyph.getWidthDirAdj());
            previousSize = size(glyph);
        }
        add(text, first, end, widest, bold, segments);
    }

    private static void add(
            StringBuilder text, TextPosition first, double end, double size, boolean bold, List<PdfSegment> segments) {
        String line = RightToLeft.logical(text.toString().strip());
        if (!line.isEmpty()) {
            segments.add(new PdfSegment(line, first.getXDirAdj(), end, first.getYDirAdj(), size, bold, false));
        }
    }

    private static boolean isParted(double end, TextPosition glyph, List<Rule> rules) {
        double middle = glyph.getYDirAdj() - size(glyph) * 0.3;
        return rules.stream()
                .anyMatch(rule -> rule.left() > end - 1
                        && rule.left() < glyph.getXDirAdj() + 1
                        && rule.top() <= middle
                        && rule.bottom() >= middle);
    }

    private static boolean isBlank(TextPosition glyph) {
        return String.valueOf(glyph.getUnicode())
                .chars()
                .allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
    }

    /** The least gap that is a blank, as PDFBox has it: half a blank, or 0.3 of a letter's width. */
    private static double blank(TextPosition glyph) {
        double space = glyph.getWidthOfSpace();
        double letter = glyph.getWidthDirAdj() > 0 ? glyph.getWidthDirAdj() : 0.5 * size(glyph);
        double byLetter = 0.3 * Math.max(letter, 0.35 * size(glyph));
        return space > 0 ? Math.min(0.5 * space, byLetter) : byLetter;
    }

    static double size(TextPosition glyph) {
        double size = glyph.getYScale();
        return size > 0.5 ? size : Math.max(1, glyph.getHeightDir() * 1.4);
    }

    private static boolean isBold(TextPosition glyph) {
        String name = String.valueOf(glyph.getFont().getName());
        PDFontDescriptor descriptor = glyph.getFont().getFontDescriptor();
        return BOLD_NAME.matcher(name).find()
                || descriptor != null && (descriptor.isForceBold() || descriptor.getFontWeight() >= 600);
    }

    /** Ligatures and the forms that Arabic letters take become the letters that they stand for. */
    static String unicode(TextPosition glyph) {
        String text = String.valueOf(glyph.getUnicode());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '\uFB00' && c <= '\uFDFF' || c >= '\uFE70' && c <= '\uFEFC') {
                return Normalizer.normalize(text, Normalizer.Form.NFKC);
            }
        }
        return text;
    }
}
