package io.arketic.benchmarks.extraction;

import io.arketic.benchmarks.Texts;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/** Makes a PDF of pictures, each of an A4 page full of text at 300 pixels to the inch. */
final class ScannedPages {

    private static final int DOTS_PER_INCH = 300;
    private static final int LINES = 44;
    private static final int CHARACTERS = 80;

    private ScannedPages() {}

    static void write(Path target, int pages, Texts texts) throws IOException {
        try (PDDocument scans = new PDDocument()) {
            for (int i = 0; i < pages; i++) {
                PDPage page = new PDPage(PDRectangle.A4);
                scans.addPage(page);
                BufferedImage picture = picture(texts.text(LINES * CHARACTERS));
                try (PDPageContentStream content = new PDPageContentStream(scans, page)) {
                    content.drawImage(
                            LosslessFactory.createFromImage(scans, picture),
                            0,
                            0,
                            PDRectangle.A4.getWidth(),
                            PDRectangle.A4.getHeight());
                }
            }
            scans.save(target.toFile());
        }
    }

    private static BufferedImage picture(String text) throws IOException {
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage(PDRectangle.A4);
            document.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.beginText();
                content.setFont(new PDType1Font(FontName.HELVETICA), 11);
                content.setLeading(16);
                content.newLineAtOffset(60, 780);
                for (String line : lines(text)) {
                    content.showText(line);
                    content.newLine();
                }
                content.endText();
            }
            return new PDFRenderer(document).renderImageWithDPI(0, DOTS_PER_INCH, ImageType.GRAY);
        }
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.replaceAll("[^\\x20-\\x7E]+", " ").split(" ")) {
            if (line.length() + word.length() > CHARACTERS) {
                lines.add(line.toString().strip());
                line.setLength(0);
            }
            line.append(word).append(' ');
        }
        return lines.subList(0, Math.min(LINES, lines.size()));
    }
}
