package io.arketic.extractors.pdf;

import io.arketic.extractors.protocol.GreyPicture;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.PDXObject;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.jspecify.annotations.Nullable;

/**
 * Holds a page of a PDF as a picture of limited size.
 *
 * @param scale pixels of a point
 */
record PageScan(GreyPicture picture, double scale) {

    /** Sets the resolution with which Tesseract's models were trained. */
    private static final double PIXELS_PER_INCH = 300;

    private static final double POINTS_PER_INCH = 72;
    private static final int MOST_PICTURES = 2_000;

    /** Counts the bits of a pixel in three colours. */
    private static final long MOST_BITS = 24;

    /** Limits the share of the heap for one picture of the page before it is reduced. */
    private static final int SHARE_OF_HEAP = 4;

    /** Draws a page; null if it cannot be drawn within the heap, or has no area. */
    static @Nullable PageScan of(PDDocument document, PDPage page, int index) throws IOException {
        PDRectangle box = page.getCropBox();
        double width = box.getWidth();
        double height = box.getHeight();
        if (!(width >= 1 && height >= 1) || largestPicture(page.getResources(), 0) > mostBytes()) {
            return null;
        }
        double scale =
                Math.min(PIXELS_PER_INCH / POINTS_PER_INCH, Math.sqrt(GreyPicture.MAX_PIXELS / (width * height)));
        scale = Math.min(scale, GreyPicture.MAX_SIDE / Math.max(width, height)) * 0.999;
        if (scale * Math.min(width, height) < 1) {
            return null;
        }
        PDFRenderer renderer = new PDFRenderer(document);
        renderer.setSubsamplingAllowed(true);
        BufferedImage image = renderer.renderImage(index, (float) scale, ImageType.GRAY);
        byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        return new PageScan(new GreyPicture(image.getWidth(), image.getHeight(), pixels), scale);
    }

    private static long mostBytes() {
        return Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
    }

    /** Returns the decoded bytes of the largest picture, without decoding one. */
    private static long largestPicture(@Nullable PDResources resources, int depth) throws IOException {
        long largest = 0;
        int seen = 0;
        if (resources == null || depth > 3) {
            return 0;
        }
        for (COSName name : resources.getXObjectNames()) {
            if (++seen > MOST_PICTURES) {
                return Long.MAX_VALUE;
            }
            PDXObject object = resources.getXObject(name);
            if (object instanceof PDImageXObject image) {
                long bits = image.getBitsPerComponent() == 1 ? 1 : MOST_BITS;
                largest = Math.max(largest, (long) image.getWidth() * image.getHeight() * bits / 8);
            } else if (object instanceof PDFormXObject form) {
                largest = Math.max(largest, largestPicture(form.getResources(), depth + 1));
            }
        }
        return largest;
    }
}
