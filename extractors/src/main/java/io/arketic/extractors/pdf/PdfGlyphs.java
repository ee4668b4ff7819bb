package io.arketic.extractors.pdf;

import io.arketic.extractors.pdf.PdfRules.Rule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorName;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;

/** Joins the letters of a page to segments, separately for each reading direction. */
final class PdfGlyphs extends PDFTextStripper {

    private static final int STEP_DEGREES = 5;

    /**
     * Takes one page after the other: its segments by direction of reading, the direction of most letters first, and the
     * share of the page that pictures cover, and the lines that are drawn.
     */
    interface PageReader {
        void read(PDPage page, List<List<PdfSegment>> directions, double pictured, List<Rule> rules) throws IOException;
    }

    private final PageReader pages;
    private List<List<PdfSegment>> directions = List.of();
    private double pictured;
    private PdfRules rules = new PdfRules(new PDRectangle());

    private PdfGlyphs(PageReader pages) {
        this.pages = pages;
        setSortByPosition(false);
        setShouldSeparateByBeads(false);
        // PDFBox drops single letters of overlapping texts; PdfLetters drops whole texts that repeat.
        setSuppressDuplicateOverlappingText(false);
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
        rules = new PdfRules(page.getCropBox());
    }

    @Override
    protected void endPage(PDPage page) throws IOException {
        PDRectangle box = page.getCropBox();
        pages.read(page, directions, pictured / Math.max(1, box.getWidth() * box.getHeight()), rules.rules());
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
        if (getCurrentPage().getRotation() == 0) {
            rules.follow(operator.getName(), operands, getGraphicsState().getCurrentTransformationMatrix());
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
                        ? PdfLetters.lines(direction.getValue(), direction.getKey() == 0 ? rules.rules() : List.of())
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
                if (distance > previous.getWidth() + 0.3 * PdfLetters.size(previous)) {
                    text.append(' ');
                }
            }
            text.append(PdfLetters.unicode(glyph));
            previous = glyph;
        }
        TextPosition first = glyphs.get(0);
        return List.of(new PdfSegment(
                text.toString(),
                first.getX(),
                first.getX() + first.getWidth(),
                first.getY(),
                PdfLetters.size(first),
                false,
                true));
    }
}
