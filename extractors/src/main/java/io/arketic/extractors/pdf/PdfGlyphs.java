package io.arketic.extractors.pdf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Writer;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorName;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;

/** Joins the letters of a page to segments, separately for each reading direction. */
final class PdfGlyphs extends PDFTextStripper {

    /** Sets the gap, as a share of the font's size, that separates two segments: columns and cells, but not words. */
    private static final double SEGMENT_GAP = 1.1;

    /** Sets the share of the narrower letter's height by which two letters of one line overlap. */
    private static final double LINE_OVERLAP = 0.5;

    private static final int STEP_DEGREES = 5;

    /**
     * Receives one page after the other: its segments by reading direction, the direction of most letters first, and
     * the share of the page that pictures cover.
     */
    interface PageReader {
        void read(PDPage page, List<List<PdfSegment>> directions, double pictured) throws IOException;
    }

    private final PageReader pages;
    private List<List<PdfSegment>> directions = List.of();
    private double pictured;

    private PdfGlyphs(PageReader pages) {
        this.pages = pages;
        setSortByPosition(false);
        setShouldSeparateByBeads(false);
    }

    /** Reads all pages in one walk, because PDFBox counts from the first page for each separate request. */
    static void read(PDDocument document, PageReader pages) throws IOException {
        for (PDPage page : document.getPages()) {
            if (!page.hasContents()) {
                // PDFBox would skip it, and each later page would have a wrong number.
                page.setContents(new PDStream(document, new ByteArrayInputStream(new byte[] {' '})));
            }
        }
        new PdfGlyphs(pages).writeText(document, Writer.nullWriter());
    }

    @Override
    protected void startPage(PDPage page) {
        directions = List.of();
        pictured = 0;
    }

    @Override
    protected void endPage(PDPage page) throws IOException {
        PDRectangle box = page.getCropBox();
        pages.read(page, directions, pictured / Math.max(1, box.getWidth() * box.getHeight()));
    }

    @Override
    protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
        boolean inline = operator.getName().equals(OperatorName.BEGIN_INLINE_IMAGE);
        boolean named = operator.getName().equals(OperatorName.DRAW_OBJECT)
                && !operands.isEmpty()
                && operands.get(0) instanceof COSName name
                && getResources() != null
                && getResources().isImageXObject(name);
        if (inline || named) {
            Matrix square = getGraphicsState().getCurrentTransformationMatrix();
            pictured += Math.abs(square.getScaleX() * square.getScaleY() - square.getShearX() * square.getShearY());
        }
        super.processOperator(operator, operands);
    }

    @Override
    protected void writePage() {
        Map<Integer, List<TextPosition>> byAngle = new LinkedHashMap<>();
        for (List<TextPosition> article : getCharactersByArticle()) {
            for (TextPosition glyph : article) {
                byAngle.computeIfAbsent(angle(glyph), angle -> new ArrayList<>())
                        .add(glyph);
            }
        }
        directions = byAngle.entrySet().stream()
                .sorted(Comparator.comparingInt(
                        direction -> -direction.getValue().size()))
                .map(direction -> direction.getKey() % 90 == 0
                        ? lines(direction.getValue())
                        : inDrawingOrder(direction.getValue()))
                .toList();
    }

    private static int angle(TextPosition glyph) {
        Matrix matrix = glyph.getTextMatrix();
        double degrees = Math.toDegrees(Math.atan2(matrix.getShearY(), matrix.getScaleX()));
        int rounded = (int) Math.round(degrees / STEP_DEGREES) * STEP_DEGREES;
        return Math.floorMod(rounded, 360);
    }

    /** Joins text at an angle, such as a stamp, in its drawing order. */
    private static List<PdfSegment> inDrawingOrder(List<TextPosition> glyphs) {
        StringBuilder text = new StringBuilder();
        TextPosition previous = null;
        for (TextPosition glyph : glyphs) {
            if (previous != null) {
                double distance = Math.hypot(glyph.getX() - previous.getX(), glyph.getY() - previous.getY());
                if (distance > previous.getWidth() + 0.3 * size(previous)) {
                    text.append(' ');
                }
            }
            text.append(unicode(glyph));
            previous = glyph;
        }
        TextPosition first = glyphs.get(0);
        return List.of(new PdfSegment(
                text.toString(),
                first.getX(),
                first.getX() + first.getWidth(),
                first.getY(),
                size(first),
                false,
                true));
    }

    private static List<PdfSegment> lines(List<TextPosition> glyphs) {
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
                runs(row, order).forEach(run -> split(run, segments));
                row.clear();
            }
            if (row.isEmpty() || size > height) {
                baseline = glyph.getYDirAdj();
                height = size;
            }
            row.add(glyph);
        }
        if (!row.isEmpty()) {
            runs(row, order).forEach(run -> split(run, segments));
        }
        return segments;
    }

    /** Separates letters that overlap: they belong to different texts, each in its drawing order. */
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

    /** Returns whether letters are drawn over equal ones, which makes them bold. */
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

    /** Splits the letters of a line at wide gaps, and puts blanks at narrower ones. */
    private static void split(List<TextPosition> row, List<PdfSegment> segments) {
        StringBuilder text = new StringBuilder();
        TextPosition first = row.get(0);
        double end = first.getXDirAdj();
        double previousSize = size(first);
        double widest = 0;
        boolean bold = true;
        for (TextPosition glyph : row) {
            double gap = glyph.getXDirAdj() - end;
            double size = Math.max(size(glyph), previousSize);
            if (!text.isEmpty() && gap > SEGMENT_GAP * size) {
                add(text, first, end, widest, bold, segments);
                text.setLength(0);
                first = glyph;
                widest = 0;
                bold = true;
            } else if (!text.isEmpty()
                    && gap > blank(glyph)
                    && !Character.isWhitespace(text.charAt(text.length() - 1))) {
                text.append(' ');
            }
            text.append(unicode(glyph));
            widest = Math.max(widest, size(glyph));
            bold &= isBold(glyph) || unicode(glyph).isBlank();
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

    /** Returns the least gap that is a blank, as PDFBox defines it: half a blank, or 0.3 of a letter's width. */
    private static double blank(TextPosition glyph) {
        double space = glyph.getWidthOfSpace();
        double letter = glyph.getWidthDirAdj() > 0 ? glyph.getWidthDirAdj() : 0.5 * size(glyph);
        double byLetter = 0.3 * Math.max(letter, 0.35 * size(glyph));
        return space > 0 ? Math.min(0.5 * space, byLetter) : byLetter;
    }

    private static double size(TextPosition glyph) {
        double size = Math.abs(glyph.getFontSizeInPt());
        return size > 0.5 ? size : Math.max(1, glyph.getHeightDir() * 1.4);
    }

    private static boolean isBold(TextPosition glyph) {
        String name = String.valueOf(glyph.getFont().getName()).toLowerCase(Locale.ROOT);
        PDFontDescriptor descriptor = glyph.getFont().getFontDescriptor();
        return name.contains("bold")
                || name.contains("black")
                || name.contains("heavy")
                || descriptor != null && (descriptor.isForceBold() || descriptor.getFontWeight() >= 600);
    }

    /** Replaces ligatures and contextual forms of Arabic letters by their letters. */
    private static String unicode(TextPosition glyph) {
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
