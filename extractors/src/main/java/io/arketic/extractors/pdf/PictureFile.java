package io.arketic.extractors.pdf;

import io.arketic.extractors.protocol.GreyPicture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.File;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of one or more pictures. It decodes a picture of any size line by line into one of limited size: its
 * header tells its full size before a pixel is read.
 */
final class PictureFile implements AutoCloseable {

    /** Limits the pixels of a format that is decoded line by line. */
    private static final long MOST_PIXELS_BY_LINE = 1_000_000_000L;

    /**
     * Limits the pixels of other formats: JPEG may keep all of its coefficients, at two bytes each, outside the heap;
     * TIFF decodes whole strips.
     */
    private static final long MOST_PIXELS = 120_000_000L;

    /**
     * Sets the size below which a picture is doubled, because letters of a screen's size are too small for Tesseract.
     */
    private static final int SMALL_PICTURE = 1_500_000;

    /** Sets the least pixels of a letter. */
    private static final int LEAST_SIDE = 12;

    private final ImageReader reader;
    private final ImageInputStream input;

    private PictureFile(ImageReader reader, ImageInputStream input) {
        this.reader = reader;
        this.input = input;
    }

    /** Opens the file; empty if this Java has no reader of the format. */
    static Optional<PictureFile> open(File file) throws IOException {
        ImageInputStream input = new FileImageInputStream(file);
        @Nullable ImageReader chosen = null;
        for (Iterator<ImageReader> readers = ImageIO.getImageReaders(input); readers.hasNext(); ) {
            ImageReader reader = readers.next();
            // Others decode TIFF and JPEG 2000, some of them whole.
            if (chosen == null || reader.getClass().getName().startsWith("com.sun.imageio")) {
                chosen = reader;
            }
        }
        if (chosen == null) {
            input.close();
            return Optional.empty();
        }
        chosen.setInput(input, false, true);
        return Optional.of(new PictureFile(chosen, input));
    }

    /** Returns whether there is a picture of this number, which counts from 0. */
    boolean has(int index) throws IOException {
        try {
            reader.getWidth(index);
            return true;
        } catch (IndexOutOfBoundsException e) {
            return false;
        }
    }

    /**
     * Holds what a picture's header says about it.
     *
     * @param byLine whether its format is decoded line by line
     */
    record Size(int width, int height, boolean byLine) {

        long pixels() {
            return (long) width * height;
        }

        /** Returns whether it is too small for a letter. */
        boolean isTiny() {
            return Math.min(width, height) < LEAST_SIDE;
        }

        /** Returns whether it is too large to be decoded. */
        boolean isHuge() {
            return pixels() > (byLine ? MOST_PIXELS_BY_LINE : MOST_PIXELS);
        }
    }

    Size size(int index) throws IOException {
        boolean byLine = "png".equalsIgnoreCase(reader.getFormatName());
        return new Size(reader.getWidth(index), reader.getHeight(index), byLine);
    }

    /** Decodes one picture that is not huge. */
    GreyPicture read(int index) throws IOException {
        Size size = size(index);
        int longer = Math.max(size.width(), size.height());
        int step = (int) Math.ceil(Math.sqrt(size.pixels() / (double) GreyPicture.MAX_PIXELS));
        step = Math.max(Math.max(1, step), (longer + GreyPicture.MAX_SIDE - 1) / GreyPicture.MAX_SIDE);
        ImageReadParam parameters = reader.getDefaultReadParam();
        parameters.setSourceRegion(new Rectangle(0, 0, size.width(), size.height()));
        parameters.setSourceSubsampling(step, step, 0, 0);
        return grey(reader.read(index, parameters));
    }

    private static GreyPicture grey(BufferedImage image) {
        int longer = Math.max(image.getWidth(), image.getHeight());
        boolean small = image.getWidth() * image.getHeight() < SMALL_PICTURE && 2 * longer <= GreyPicture.MAX_SIDE;
        int factor = small ? 2 : 1;
        int width = image.getWidth() * factor;
        int height = image.getHeight() * factor;
        BufferedImage grey = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D paper = grey.createGraphics();
        paper.setColor(Color.WHITE);
        paper.fillRect(0, 0, width, height);
        paper.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        paper.drawImage(image, 0, 0, width, height, null);
        paper.dispose();
        return new GreyPicture(width, height, ((DataBufferByte) grey.getRaster().getDataBuffer()).getData());
    }

    @Override
    public void close() throws IOException {
        reader.dispose();
        input.close();
    }
}
