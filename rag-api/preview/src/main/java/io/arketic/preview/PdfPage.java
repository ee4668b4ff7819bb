package io.arketic.preview;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/** Draws the first page of a PDF. It runs no scripts and follows no links. */
final class PdfPage {

    private PdfPage() {}

    static BufferedImage first(Path file) throws IOException {
        try (PDDocument document = Loader.loadPDF(file.toFile())) {
            if (document.getNumberOfPages() == 0) {
                throw new IOException("no page");
            }
            PDRectangle size = document.getPage(0).getCropBox();
            float longer = Math.max(1, Math.max(size.getWidth(), size.getHeight()));
            PDFRenderer renderer = new PDFRenderer(document);
            renderer.setSubsamplingAllowed(true);
            return renderer.renderImage(0, PreviewWorker.PAGE / longer, ImageType.RGB);
        }
    }
}
