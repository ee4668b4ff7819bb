package io.arketic.extractors.fork;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/**
 * Makes pictures of text, and files that contain them. Letters come from PDFBox's own fonts: the JDK's need the
 * system's.
 */
public final class ScannedFiles {

    private ScannedFiles() {}

    /** Returns a file beside this class. */
    public static byte[] report(String name) {
        try (InputStream in = ScannedFiles.class.getResourceAsStream("scans/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Draws a page of text like a scanner, at 150 pixels to the inch. */
    public static BufferedImage scan(String text) {
        try (PDDocument document = Loader.loadPDF(SampleFiles.pdf(text))) {
            return new PDFRenderer(document).renderImageWithDPI(0, 150, ImageType.GRAY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static BufferedImage turned(BufferedImage picture, int quarters) {
        boolean upright = quarters % 2 == 0;
        int width = upright ? picture.getWidth() : picture.getHeight();
        int height = upright ? picture.getHeight() : picture.getWidth();
        BufferedImage turned = new BufferedImage(width, height, picture.getType());
        Graphics2D graphics = turned.createGraphics();
        graphics.translate(width / 2.0, height / 2.0);
        graphics.transform(AffineTransform.getQuadrantRotateInstance(quarters));
        graphics.translate(-picture.getWidth() / 2.0, -picture.getHeight() / 2.0);
        graphics.drawImage(picture, 0, 0, null);
        graphics.dispose();
        return turned;
    }

    /** Makes a photo without text. */
    public static BufferedImage noise(int width, int height) {
        BufferedImage noise = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Random random = new Random(1);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                noise.getRaster().setSample(x, y, 0, random.nextInt(256));
            }
        }
        return noise;
    }

    /** Makes one page for each picture, which covers it. */
    public static byte[] pdf(BufferedImage... pictures) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PDDocument document = new PDDocument()) {
            for (BufferedImage picture : pictures) {
                boolean wide = picture.getWidth() > picture.getHeight();
                PDRectangle a4 = PDRectangle.A4;
                PDPage page = new PDPage(wide ? new PDRectangle(a4.getHeight(), a4.getWidth()) : a4);
                document.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                    PDRectangle box = page.getMediaBox();
                    content.drawImage(
                            LosslessFactory.createFromImage(document, picture), 0, 0, box.getWidth(), box.getHeight());
                }
            }
            document.save(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static byte[] png(BufferedImage picture) {
        return file("png", picture);
    }

    /** Makes one page for each picture. */
    public static byte[] tiff(BufferedImage... pictures) {
        return file("tiff", pictures);
    }

    private static byte[] file(String format, BufferedImage... pictures) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            if (pictures.length == 1) {
                writer.write(pictures[0]);
            } else {
                writer.prepareWriteSequence(null);
                for (BufferedImage picture : pictures) {
                    writer.writeToSequence(new IIOImage(picture, null, null), null);
                }
                writer.endWriteSequence();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Makes a TIFF of many pages, all white and 40 pixels wide, except those that show {@code picture}. */
    public static byte[] longTiff(int pages, BufferedImage picture, Set<Integer> shown) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) picture.getRaster().getSample(i % width, i / width, 0);
        }
        byte[] white = new byte[40 * 40];
        Arrays.fill(white, (byte) 255);
        int entries = 9;
        int directory = 2 + 12 * entries + 4;
        ByteBuffer file = ByteBuffer.allocate(8 + white.length + pixels.length + pages * directory)
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8 + white.length + pixels.length);
        file.put(white).put(pixels);
        for (int page = 0; page < pages; page++) {
            boolean shows = shown.contains(page);
            int end = file.position() + directory;
            int w = shows ? width : 40;
            int h = shows ? height : 40;
            int start = shows ? 8 + white.length : 8;
            // Width, height, bits, no compression, 0 is black, strip, samples, rows, bytes.
            int[][] tags = {
                {256, w}, {257, h}, {258, 8}, {259, 1}, {262, 1}, {273, start}, {277, 1}, {278, h}, {279, w * h}
            };
            file.putShort((short) entries);
            for (int[] tag : tags) {
                boolean small = tag[1] <= 8 && tag[0] != 273;
                file.putShort((short) tag[0])
                        .putShort((short) (small ? 3 : 4))
                        .putInt(1)
                        .putInt(tag[1]);
            }
            file.putInt(page + 1 < pages ? end : 0);
        }
        return file.array();
    }

    /** Makes a white picture of any size in few bytes. */
    public static byte[] whitePng(int width, int height) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            DataOutputStream numbers = new DataOutputStream(header);
            numbers.writeInt(width);
            numbers.writeInt(height);
            numbers.write(new byte[] {1, 0, 0, 0, 0});
            chunk(out, "IHDR", header.toByteArray());
            byte[] row = new byte[(width + 7) / 8 + 1];
            Arrays.fill(row, 1, row.length, (byte) 255);
            Deflater deflater = new Deflater();
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int y = 0; y < height; y++) {
                deflater.setInput(row);
                while (!deflater.needsInput()) {
                    data.write(buffer, 0, deflater.deflate(buffer));
                }
            }
            deflater.finish();
            while (!deflater.finished()) {
                data.write(buffer, 0, deflater.deflate(buffer));
            }
            deflater.end();
            chunk(out, "IDAT", data.toByteArray());
            chunk(out, "IEND", new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) checksum.getValue());
    }
}
