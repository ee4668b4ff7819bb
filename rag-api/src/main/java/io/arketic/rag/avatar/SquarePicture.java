package io.arketic.rag.avatar;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Makes a square picture of an uploaded one: PNG, JPEG, and the first frame of a GIF. Only pixels pass, so it has no metadata
 * and nothing behind its end. The size and the number of scans are read before any pixel is decoded.
 */
final class SquarePicture {

    /** Sets the width and height. */
    static final int SIDE = 256;

    private static final int LONGEST_SIDE = 8192;
    private static final int MOST_PIXELS = 12_600_000;
    private static final int MOST_SCANS = 50;

    /** Limits the pixels of all scans: a progressive JPEG of the largest size has about ten scans. */
    private static final long MOST_DECODED = 160_000_000;

    private static final String FIELD = "files";

    private SquarePicture() {}

    /** @throws ProblemException of the field {@code files}, when it is no such picture or has too many pixels */
    static Avatar of(byte[] bytes) {
        String format = format(bytes)
                .orElseThrow(() -> refused("must be a PNG, JPEG or GIF image; other formats are not read"));
        try {
            return encoded(square(read(bytes, format), JpegOrientation.of(bytes)));
        } catch (ProblemException refused) {
            throw refused;
        } catch (IOException | RuntimeException broken) {
            // The decoders throw many kinds of exceptions at broken files.
            throw refused("is damaged, or of a kind of " + format + " that is not read");
        }
    }

    private static Optional<String> format(byte[] bytes) {
        if (starts(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
            return Optional.of("png");
        }
        if (starts(bytes, 0xff, 0xd8, 0xff)) {
            return Optional.of("jpeg");
        }
        return starts(bytes, 'G', 'I', 'F', '8') ? Optional.of("gif") : Optional.empty();
    }

    private static boolean starts(byte[] bytes, int... head) {
        if (bytes.length < head.length) {
            return false;
        }
        for (int i = 0; i < head.length; i++) {
            if ((bytes[i] & 0xff) != head[i]) {
                return false;
            }
        }
        return true;
    }

    /** Reads each n-th pixel of a large picture. The decoder itself may hold all coefficients of a progressive one. */
    private static BufferedImage read(byte[] bytes, String format) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        ImageReader reader = readers.next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if (width > LONGEST_SIDE || height > LONGEST_SIDE || (long) width * height > MOST_PIXELS) {
                throw ProblemException.ofField(
                        ProblemReason.TOO_LARGE,
                        FIELD,
                        "must have at most " + LONGEST_SIDE + " pixels on each side and 12.6 million in all, not "
                                + width + " x " + height);
            }
            int scans = format.equals("jpeg") ? JpegScans.of(bytes) : 1;
            if (scans > MOST_SCANS || (long) width * height * scans > MOST_DECODED) {
                throw ProblemException.ofField(
                        ProblemReason.TOO_LARGE,
                        FIELD,
                        "must have at most " + MOST_SCANS + " scans, and fewer if it is large, not " + scans);
            }
            ImageReadParam param = reader.getDefaultReadParam();
            int step = Math.max(1, Math.min(width, height) / (2 * SIDE));
            param.setSourceSubsampling(step, step, 0, 0);
            return reader.read(0, param);
        } finally {
            reader.dispose();
        }
    }

    /** Cuts the middle, turned as a camera says. */
    private static BufferedImage square(BufferedImage read, int orientation) {
        boolean clear = read.getColorModel().hasAlpha();
        BufferedImage square =
                new BufferedImage(SIDE, SIDE, clear ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        double scale = (double) SIDE / Math.min(read.getWidth(), read.getHeight());
        AffineTransform place = new AffineTransform();
        place.translate(SIDE / 2.0, SIDE / 2.0);
        place.concatenate(JpegOrientation.turn(orientation));
        place.scale(scale, scale);
        place.translate(-read.getWidth() / 2.0, -read.getHeight() / 2.0);
        Graphics2D graphics = square.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(read, place, null);
        graphics.dispose();
        return square;
    }

    private static Avatar encoded(BufferedImage square) throws IOException {
        boolean clear = square.getColorModel().hasAlpha();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(square, clear ? "png" : "jpeg", out)) {
            throw new IOException("no encoder");
        }
        byte[] image = out.toByteArray();
        return new Avatar(clear ? "image/png" : "image/jpeg", image, hash(image));
    }

    private static String hash(byte[] image) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ProblemException refused(String why) {
        return ProblemException.ofField(ProblemReason.INVALID_INPUT, FIELD, why);
    }
}
