package io.arketic.extractors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.extractors.Warning;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDPageLabelRange;
import org.apache.pdfbox.pdmodel.common.PDPageLabels;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the parts and properties of PDF pages. */
class PdfPartsTest {

    @TempDir
    private Path directory;

    @Test
    void printedNumbersStandBesideThoseOfThePagesAndPicturesAreTold() throws Exception {
        Path file = directory.resolve("pages.pdf");
        try (PDDocument document = new PDDocument()) {
            for (int page = 0; page < 5; page++) {
                document.addPage(new PDPage());
            }
            write(document, 0, "Preface of the book");
            write(document, 1, "Thanks to the printers");
            write(document, 2, "First chapter of the book");
            try (PDPageContentStream out = new PDPageContentStream(document, document.getPage(3))) {
                BufferedImage scan = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_GRAY);
                out.drawImage(LosslessFactory.createFromImage(document, scan), 50, 50, 400, 600);
            }
            PDPageLabels labels = new PDPageLabels(document);
            PDPageLabelRange roman = new PDPageLabelRange();
            roman.setStyle(PDPageLabelRange.STYLE_ROMAN_LOWER);
            labels.setLabelItem(0, roman);
            PDPageLabelRange decimal = new PDPageLabelRange();
            decimal.setStyle(PDPageLabelRange.STYLE_DECIMAL);
            labels.setLabelItem(2, decimal);
            document.getDocumentCatalog().setPageLabels(labels);
            document.save(file.toFile());
        }
        ExtractedDocument read = OfficeFiles.read(file);
        assertThat(read.pages()).extracting(Page::label).containsExactly("i", "ii", "1", "2", "3");
        // The last page is empty on purpose.
        assertThat(read.warnings()).extracting(Warning::page).containsExactly(4);
    }

    /** Checks that a page without contents counts as a page. */
    @Test
    void pagesBehindAnEmptyOneKeepTheirNumbers() throws Exception {
        Path file = directory.resolve("gap.pdf");
        try (PDDocument document = new PDDocument()) {
            for (int page = 0; page < 3; page++) {
                document.addPage(new PDPage());
            }
            write(document, 0, "Before the empty page");
            write(document, 2, "Behind the empty page");
            document.save(file.toFile());
        }
        ExtractedDocument read = OfficeFiles.read(file);
        Page third = read.pages().get(2);
        assertThat(read.text().substring(third.start(), third.end())).isEqualTo("Behind the empty page");
    }

    private static void write(PDDocument document, int page, String text) throws Exception {
        try (PDPageContentStream out = new PDPageContentStream(document, document.getPage(page))) {
            out.beginText();
            out.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
            out.newLineAtOffset(72, 700);
            out.showText(text);
            out.endText();
        }
    }
}
