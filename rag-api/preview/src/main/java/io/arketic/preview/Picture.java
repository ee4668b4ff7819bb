package io.arketic.preview;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads a picture of few known formats, reduced while it is decoded. Only pixels pass. */
final class Picture {

    private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp", "tif");

    /** Limits the pixels that are decoded. A progressive JPEG holds up to six bytes of each beside the heap. */
    static final long MOST_PIXELS = 70_000_000;

    private Picture() {}

    /** @param orientation how the camera was held, as Exif numbers it: 1 to 8 */
    static BufferedImage read(Path file, int orientation) throws IOException, TooLargeException {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("no picture of a known format");
            }
            ImageReader reader = readers.next();
            try {
                if (!FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                    throw new IOException("no picture of a known format");
                }
                return upright(decoded(reader, in), orientation);
            } finally {
                reader.dispose();
            }
        }
    }

    private static BufferedImage decoded(ImageReader reader, ImageInputStream in)
            throws IOException, TooLargeException {
        reader.setInput(in, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > MOST_PIXELS) {
            throw new TooLargeException(width + " x " + height + " pixels");
        }
        ImageReadParam param = reader.getDefaultReadParam();
        int step = Math.max(1, Math.max(width, height) / (2 * PreviewWorker.PAGE));
        param.setSourceSubsampling(step, step, 0, 0);
        return reader.read(0, param);
    }

    /** Draws on white, turned as the camera was held, and not larger than it was. */
    private static BufferedImage upright(BufferedImage read, int orientation) {
        boolean turned = orientation >= 5;
        int width = turned ? read.getHeight() : read.getWidth();
        int height = turned ? read.getWidth() : read.getHeight();
        double scale = Math.min(1, (double) PreviewWorker.PAGE / Math.max(width, height));
        AffineTransform turn = new AffineTransform();
        turn.translate(Math.max(1, width * scale) / 2, Math.max(1, height * scale) / 2);
        turn.concatenate(turn(orientation));
        turn.scale(scale, scale);
        turn.translate(-read.getWidth() / 2.0, -read.getHeight() / 2.0);
        return drawn(read, turn, rounded(width * scale), rounded(height * scale));
    }

    /** Returns the image, or a smaller one whose longer side has this many pixels. */
    static BufferedImage fitted(BufferedImage image, int side) {
        double scale = Math.min(1, (double) side / Math.max(image.getWidth(), image.getHeight()));
        BufferedImage now = image;
        // Halves first: bilinear interpolation looks at four pixels only.
        double left = scale;
        while (left < 0.5) {
            now = drawn(
                    now,
                    AffineTransform.getScaleInstance(0.5, 0.5),
                    rounded(now.getWidth() / 2.0),
                    rounded(now.getHeight() / 2.0));
            left *= 2;
        }
        return drawn(
                now,
                AffineTransform.getScaleInstance(left, left),
                rounded(now.getWidth() * left),
                rounded(now.getHeight() * left));
    }

    private static BufferedImage drawn(BufferedImage image, AffineTransform place, int width, int height) {
        BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = target.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, place, null);
        graphics.dispose();
        return target;
    }

    private static AffineTransform turn(int orientation) {
        return switch (orientation) {
            case 2 -> AffineTransform.getScaleInstance(-1, 1);
            case 3 -> AffineTransform.getQuadrantRotateInstance(2);
            case 4 -> AffineTransform.getScaleInstance(1, -1);
            case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
            case 6 -> AffineTransform.getQuadrantRotateInstance(1);
            case 7 -> new AffineTransform(0, -1, -1, 0, 0, 0);
            case 8 -> AffineTransform.getQuadrantRotateInstance(3);
            default -> new AffineTransform();
        };
    }

    private static int rounded(double pixels) {
        return Math.max(1, (int) Math.round(pixels));
    }
}
