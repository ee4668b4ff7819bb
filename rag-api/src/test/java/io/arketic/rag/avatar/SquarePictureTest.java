package io.arketic.rag.avatar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;

class SquarePictureTest {

    private static final String SCRIPT = "<script>alert(1)</script>";

    @Test
    void theMiddleIsKeptAsASquareOfPixelsAlone() throws IOException {
        byte[] polyglot = joined(picture("png", 600, 300), SCRIPT.getBytes(StandardCharsets.ISO_8859_1));
        Avatar avatar = SquarePicture.of(polyglot);
        assertThat(avatar.mediaType()).isEqualTo("image/jpeg");
        assertThat(new String(avatar.image(), StandardCharsets.ISO_8859_1)).doesNotContain("script");
        BufferedImage seen = seen(avatar);
        assertThat(seen.getWidth()).isEqualTo(SquarePicture.SIDE);
        assertThat(seen.getHeight()).isEqualTo(SquarePicture.SIDE);
        // Left half red and right half blue, cut at the middle.
        assertThat(colour(seen, 20, 128)).isEqualTo("red");
        assertThat(colour(seen, 236, 128)).isEqualTo("blue");
        assertThat(avatar.contentHash()).hasSize(64);
    }

    @Test
    void aClearPictureStaysClearAndAGifIsItsFirstFrame() throws IOException {
        BufferedImage clear = new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB);
        Avatar png = SquarePicture.of(encoded(clear, "png"));
        assertThat(png.mediaType()).isEqualTo("image/png");
        assertThat(seen(png).getRGB(10, 10) >>> 24).isZero();
        assertThat(seen(SquarePicture.of(picture("gif", 300, 600))).getWidth()).isEqualTo(SquarePicture.SIDE);
    }

    @Test
    void aPhotographIsTurnedAsTheCameraWasHeldAndLosesWhatItSays() throws IOException {
        byte[] jpeg = picture("jpeg", 600, 600);
        byte[] turned = withExif(jpeg, 6);
        assertThat(new String(turned, StandardCharsets.ISO_8859_1)).contains("Exif");
        Avatar avatar = SquarePicture.of(turned);
        assertThat(new String(avatar.image(), StandardCharsets.ISO_8859_1)).doesNotContain("Exif");
        BufferedImage seen = seen(avatar);
        // A quarter to the right: what was at the left is at the top.
        assertThat(colour(seen, 128, 20)).isEqualTo("red");
        assertThat(colour(seen, 128, 236)).isEqualTo("blue");
        BufferedImage mirrored = seen(SquarePicture.of(withExif(jpeg, 2)));
        assertThat(colour(mirrored, 20, 128)).isEqualTo("blue");
        assertThat(colour(seen(SquarePicture.of(withExif(jpeg, 3))), 20, 128)).isEqualTo("blue");
        assertThat(colour(seen(SquarePicture.of(withExif(jpeg, 8))), 128, 20)).isEqualTo("blue");
        assertThat(colour(seen(SquarePicture.of(withExif(jpeg, 1))), 20, 128)).isEqualTo("red");
    }

    @Test
    void aPictureOfTooManyPixelsIsRefusedByItsHead() throws IOException {
        for (byte[] large : List.of(pngHead(30_000, 30_000), pngHead(8193, 10), pngHead(4000, 4000), gifHead(30_000))) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> SquarePicture.of(large))
                    .matches(refused -> refused.reason() == ProblemReason.TOO_LARGE)
                    .withMessageContaining("files must have at most 8192 pixels");
        }
    }

    @Test
    void aProgressiveJpegOfThousandsOfScansIsRefusedAndAnOrdinaryOneIsRead() throws IOException {
        byte[] ordinary = progressive(600, 600);
        assertThat(JpegScans.of(ordinary)).isBetween(5, 20);
        assertThat(colour(seen(SquarePicture.of(ordinary)), 20, 128)).isEqualTo("red");
        int last = ordinary.length - 2;
        int scan = last;
        while ((ordinary[scan] & 0xff) != 0xff || (ordinary[scan + 1] & 0xff) != 0xda) {
            scan--;
        }
        byte[] again = Arrays.copyOfRange(ordinary, scan, last);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(ordinary, 0, last);
        for (int i = 0; i < 3000; i++) {
            // Decoders skip what stands between segments.
            bomb.write(0);
            bomb.write(again);
        }
        bomb.write(ordinary, last, 2);
        assertThat(JpegScans.of(bomb.toByteArray())).isEqualTo(JpegScans.of(ordinary) + 3000);
        byte[] tables = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9};
        assertThat(JpegScans.of(joined(tables, bomb.toByteArray()))).isEqualTo(JpegScans.of(bomb.toByteArray()));
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> SquarePicture.of(bomb.toByteArray()))
                .matches(refused -> refused.reason() == ProblemReason.TOO_LARGE)
                .withMessageContaining("50 scans");
    }

    private static byte[] progressive(int width, int height) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream file = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(file);
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.write(
                    null,
                    new IIOImage(ImageIO.read(new ByteArrayInputStream(picture("png", width, height))), null, null),
                    param);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    @Test
    void whatIsNoPictureOrADamagedOneIsRefused() throws IOException {
        byte[] png = picture("png", 600, 300);
        byte[] jpeg = picture("jpeg", 600, 300);
        byte[] svg =
                ("<svg xmlns=\"http://www.w3.org/2000/svg\">" + SCRIPT + "</svg>").getBytes(StandardCharsets.UTF_8);
        byte[] webp = "RIFF....WEBPVP8 ".getBytes(StandardCharsets.ISO_8859_1);
        for (byte[] wrong : List.of(
                svg, webp, new byte[0], new byte[] {'G', 'I', 'F', '8'}, cut(png, 60), cut(jpeg, 30), cut(jpeg, 3))) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> SquarePicture.of(wrong))
                    .matches(refused -> refused.reason() == ProblemReason.INVALID_INPUT)
                    .withMessageStartingWith("files ");
        }
    }

    private static byte[] picture(String format, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, width / 2, height);
        graphics.setColor(Color.BLUE);
        graphics.fillRect(width / 2, 0, width - width / 2, height);
        graphics.dispose();
        return encoded(image, format);
    }

    private static byte[] encoded(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }

    private static BufferedImage seen(Avatar avatar) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(avatar.image()));
    }

    private static String colour(BufferedImage image, int x, int y) {
        Color colour = new Color(image.getRGB(x, y));
        return colour.getRed() > 200 && colour.getBlue() < 60
                ? "red"
                : colour.getBlue() > 200 && colour.getRed() < 60 ? "blue" : colour.toString();
    }

    private static byte[] withExif(byte[] jpeg, int orientation) {
        byte[] exif = ByteBuffer.allocate(36)
                .putShort((short) 0xffe1)
                .putShort((short) 34)
                .put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1))
                .putShort((short) 0x4d4d)
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0)
                .array();
        return joined(joined(cut(jpeg, 2), exif), Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    private static byte[] pngHead(int width, int height) {
        byte[] head = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        CRC32 sum = new CRC32();
        sum.update(head);
        return ByteBuffer.allocate(33)
                .putLong(0x89504e470d0a1a0aL)
                .putInt(13)
                .put(head)
                .putInt((int) sum.getValue())
                .array();
    }

    private static byte[] gifHead(int side) {
        return ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("GIF89a".getBytes(StandardCharsets.ISO_8859_1))
                .putShort((short) side)
                .putShort((short) side)
                .put(new byte[] {0, 0, 0, ','})
                .putInt(0)
                .putShort((short) side)
                .putShort((short) side)
                .put(new byte[] {0, 2})
                .array();
    }

    private static byte[] cut(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
