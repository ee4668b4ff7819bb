package io.arketic.extractors.pdf;

import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.Warning;
import io.arketic.extractors.assembly.LimitPassedException;
import io.arketic.extractors.assembly.TextAssembler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.jspecify.annotations.Nullable;

/** Reads the pages of a PDF: the drawn text, the values of forms, and the text of scans. */
final class PdfReading {

    /** Limits the letters of a scanner's mark or a number on a page that a picture covers. */
    private static final int LETTERS_OF_STAMP = 60;

    /** Sets the share of the page that pictures cover on a scan. */
    private static final double MOSTLY_PICTURE = 0.5;

    private final PDDocument document;
    private final TextAssembler counted;
    private final Scans scans;
    private final List<PdfDocument.Page> pages = new ArrayList<>();
    private long characters;

    PdfReading(PDDocument document, TextAssembler counted, Scans scans) {
        this.document = document;
        this.counted = counted;
        this.scans = scans;
    }

    List<PdfDocument.Page> pages() throws IOException {
        PdfForm form = new PdfForm(document);
        PdfGlyphs.read(document, (page, directions, pictured, rules) -> {
            List<PdfSegment> upright = directions.isEmpty() ? List.of() : directions.get(0);
            List<PdfSegment> all = new ArrayList<>(upright);
            all.addAll(form.on(page, upright));
            List<String> aside = new ArrayList<>();
            directions.stream().skip(1).forEach(direction -> direction.forEach(segment -> aside.add(segment.text())));
            int letters = letters(all, aside);
            aside.addAll(PdfComments.of(page));
            boolean picture = pictured > MOSTLY_PICTURE && letters < LETTERS_OF_STAMP;
            RecognizedText shown = letters == 0 || picture ? scan(page, picture || shows(page)) : RecognizedText.NONE;
            pages.add(
                    shown.letters() > letters
                            ? new PdfDocument.Page(
                                    PdfDocument.Page.of(shown.paragraphs()).blocks(), aside)
                            : new PdfDocument.Page(PdfColumns.inReadingOrder(all, PdfGrid.of(rules)), aside));
            count(all.stream().mapToLong(segment -> segment.text().length()).sum() + shown.letters());
        });
        return pages;
    }

    private static int letters(List<PdfSegment> segments, List<String> aside) {
        int letters = aside.stream().mapToInt(RecognizedText::letters).sum();
        return letters
                + segments.stream()
                        .mapToInt(segment -> RecognizedText.letters(segment.text()))
                        .sum();
    }

    /** @param told whether it is told that the page gave no text */
    private RecognizedText scan(PDPage page, boolean told) throws IOException {
        int number = pages.size() + 1;
        if (!told && !page.hasContents()) {
            return RecognizedText.NONE;
        }
        if (!scans.available()) {
            if (told) {
                scans.miss(number, "");
            }
            return RecognizedText.NONE;
        }
        PageScan drawn = drawn(page, number);
        return drawn == null
                ? RecognizedText.NONE
                : scans.page(drawn.picture(), number, !told).inPoints(drawn.scale());
    }

    private @Nullable PageScan drawn(PDPage page, int number) {
        try {
            PageScan drawn = PageScan.of(document, page, number - 1);
            if (drawn == null) {
                counted.warn(Warning.Kind.LIMIT_REACHED, number, "");
            }
            return drawn;
        } catch (IOException | RuntimeException broken) {
            counted.warn(Warning.Kind.PAGE_WITHOUT_TEXT, number, "");
            return null;
        }
    }

    /**
     * Returns whether a page shows content: it may be empty on purpose, but not with a picture or a form of its own.
     */
    private static boolean shows(PDPage page) {
        PDResources resources = page.getResources();
        return resources != null && resources.getXObjectNames().iterator().hasNext();
    }

    private void count(long more) {
        characters += more;
        if (characters > counted.maxCharacters()) {
            LimitPassedException limit = new LimitPassedException(
                    Reason.TEXT_LIMIT, "more than " + counted.maxCharacters() + " characters of text");
            counted.recordPassed(limit);
            throw limit;
        }
    }
}
