package io.arketic.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.color.PDDeviceGray;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewWorkerTest {

    @TempDir
    private Path directory;

    @Test
    void theFirstPageOfAPdfIsDrawnWhole() throws IOException {
        Path file = directory.resolve("file");
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage(PDRectangle.A4);
            document.addPage(page);
            document.addPage(new PDPage(PDRectangle.A4));
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.setNonStrokingColor(Color.RED);
                content.addRect(0, 0, PDRectangle.A4.getWidth() / 2, PDRectangle.A4.getHeight());
                content.fill();
            }
            document.save(file.toFile());
        }
        assertThat(draw(PreviewWorker.Kind.PDF, file, 1)).isEqualTo(PreviewWorker.DRAWN);
        BufferedImage page = image("page.png");
        assertThat(page.getHeight()).isBetween(PreviewWorker.PAGE - 1, PreviewWorker.PAGE);
        assertThat(page.getWidth()).isBetween(847, 850);
        assertThat(color(page, 0.25, 0.5)).isEqualTo(Color.RED);
        assertThat(color(page, 0.75, 0.5)).isEqualTo(Color.WHITE);
        assertThat(image("thumbnail.png").getHeight()).isEqualTo(PreviewWorker.THUMBNAIL);
    }

    @Test
    void aPictureIsReducedTurnedAndDrawnOnWhite() throws IOException {
        BufferedImage picture = new BufferedImage(4000, 2000, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(Color.BLUE);
        graphics.fillRect(0, 0, 2000, 2000);
        graphics.dispose();
        Path file = directory.resolve("file");
        ImageIO.write(picture, "png", file.toFile());

        assertThat(draw(PreviewWorker.Kind.PICTURE, file, 1)).isEqualTo(PreviewWorker.DRAWN);
        BufferedImage page = image("page.png");
        assertThat(page.getWidth()).isEqualTo(PreviewWorker.PAGE);
        assertThat(page.getHeight()).isEqualTo(PreviewWorker.PAGE / 2);
        assertThat(color(page, 0.25, 0.5)).isEqualTo(Color.BLUE);
        assertThat(color(page, 0.75, 0.5)).as("transparent").isEqualTo(Color.WHITE);

        // The camera was turned, so that its left side is at the top.
        assertThat(draw(PreviewWorker.Kind.PICTURE, file, 6)).isEqualTo(PreviewWorker.DRAWN);
        BufferedImage turned = image("page.png");
        assertThat(turned.getHeight()).isEqualTo(PreviewWorker.PAGE);
        assertThat(color(turned, 0.5, 0.25)).isEqualTo(Color.BLUE);
        assertThat(color(turned, 0.5, 0.75)).isEqualTo(Color.WHITE);
        assertThat(color(image("thumbnail.png"), 0.5, 0.25)).isEqualTo(Color.BLUE);
    }

    @Test
    void aSmallPictureKeepsItsSize() throws IOException {
        Path file = directory.resolve("file");
        ImageIO.write(new BufferedImage(3, 1, BufferedImage.TYPE_INT_RGB), "bmp", file.toFile());
        assertThat(draw(PreviewWorker.Kind.PICTURE, file, 1)).isEqualTo(PreviewWorker.DRAWN);
        assertThat(image("page.png").getWidth()).isEqualTo(3);
        assertThat(image("thumbnail.png").getHeight()).isEqualTo(1);
    }

    @Test
    void whatIsNoSuchFileIsUnreadable() throws IOException {
        for (PreviewWorker.Kind kind : PreviewWorker.Kind.values()) {
            for (String content : new String[] {
                "", "%PDF-1.7 broken", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "GIF89a"
            }) {
                Path file = Files.writeString(directory.resolve("broken"), content);
                assertThat(draw(kind, file, 1)).as(kind + " " + content).isEqualTo(PreviewWorker.UNREADABLE);
            }
        }
    }

    @Test
    void aPictureOfTooManyPixelsIsRefusedBeforeItIsDecoded() throws IOException {
        Path file = Files.write(directory.resolve("bomb"), header(60_000, 60_000));
        assertThat(draw(PreviewWorker.Kind.PICTURE, file, 1)).isEqualTo(PreviewWorker.TOO_LARGE);
    }

    @Test
    void anImageOfTooManyPixelsInAPageIsRefusedBeforeItIsDecoded() throws IOException {
        assertThat(pageWithImage(60_000, 60_000)).isEqualTo(PreviewWorker.TOO_LARGE);
        assertThat(pageWithImage(2, 1)).isEqualTo(PreviewWorker.DRAWN);
    }

    /** Draws a PDF whose image claims a size and has two pixels. */
    private int pageWithImage(int width, int height) throws IOException {
        Path file = directory.resolve("image.pdf");
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage(PDRectangle.A4);
            document.addPage(page);
            // In run lengths: two bytes as they stand, and the end.
            ByteArrayInputStream pixels = new ByteArrayInputStream(new byte[] {1, 0, 0, (byte) 128});
            PDImageXObject image = new PDImageXObject(
                    document, pixels, COSName.RUN_LENGTH_DECODE, width, height, 8, PDDeviceGray.INSTANCE);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.drawImage(image, 0, 0, 100, 100);
            }
            document.save(file.toFile());
        }
        return draw(PreviewWorker.Kind.PDF, file, 1);
    }

    private int draw(PreviewWorker.Kind kind, Path file, int orientation) {
        return PreviewWorker.draw(kind, file, orientation, directory);
    }

    private BufferedImage image(String name) throws IOException {
        return ImageIO.read(directory.resolve(name).toFile());
    }

    private static Color color(BufferedImage image, double x, double y) {
        return new Color(image.getRGB((int) (image.getWidth() * x), (int) (image.getHeight() * y)));
    }

    /** Returns a PNG that claims a size and has no pixels. */
    private static byte[] header(int width, int height) {
        byte[] chunk = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        CRC32 sum = new CRC32();
        sum.update(chunk);
        return ByteBuffer.allocate(8 + 4 + 17 + 4)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
                .putInt(13)
                .put(chunk)
                .putInt((int) sum.getValue())
                .array();
    }
}
