package io.arketic.preview;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.image.PDImage;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.rendering.PageDrawer;
import org.apache.pdfbox.rendering.PageDrawerParameters;

/** Draws the first page of a PDF. It runs no scripts and follows no links. */
final class PdfPage {

    private PdfPage() {}

    static BufferedImage first(Path file) throws IOException, TooLargeException {
        try (PDDocument document = Loader.loadPDF(file.toFile())) {
            if (document.getNumberOfPages() == 0) {
                throw new IOException("no page");
            }
            PDRectangle size = document.getPage(0).getCropBox();
            float longer = Math.max(1, Math.max(size.getWidth(), size.getHeight()));
            PDFRenderer renderer = new BoundedRenderer(document);
            renderer.setSubsamplingAllowed(true);
            return renderer.renderImage(0, PreviewWorker.PAGE / longer, ImageType.RGB);
        } catch (LargeImage large) {
            throw new TooLargeException(String.valueOf(large.getMessage()));
        }
    }

    /** Refuses an image by the size that the page states, before it is decoded. */
    private static final class BoundedRenderer extends PDFRenderer {

        BoundedRenderer(PDDocument document) {
            super(document);
        }

        @Override
        protected PageDrawer createPageDrawer(PageDrawerParameters parameters) throws IOException {
            return new PageDrawer(parameters) {
                @Override
                public void drawImage(PDImage image) throws IOException {
                    long pixels = (long) image.getWidth() * image.getHeight();
                    // A scan of one bit a pixel takes an eighth.
                    long weight = image.getBitsPerComponent() == 1 ? pixels / 8 : pixels;
                    if (weight > Picture.MOST_PIXELS) {
                        throw new LargeImage(image.getWidth() + " x " + image.getHeight() + " pixels in a page");
                    }
                    super.drawImage(image);
                }
            };
        }
    }

    /** Passes through the renderer, which would go on after an exception of input. */
    private static final class LargeImage extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LargeImage(String message) {
            super(message);
        }
    }
}
