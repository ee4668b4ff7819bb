package io.arketic.rag.avatar;

import java.awt.geom.AffineTransform;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads how a camera was held (Exif 2.3, tag 274 of IFD0). The tag is not kept, so the pixels are turned. */
public final class JpegOrientation {

    private static final int UPRIGHT = 1;
    private static final int APP1 = 0xe1;
    private static final int START_OF_SCAN = 0xda;
    private static final int TAG = 0x0112;
    private static final int ENTRY = 12;
    private static final long EXIF = 0x457869660000L;

    private JpegOrientation() {}

    /** Returns 1 to 8; 1 where the file says nothing. */
    public static int of(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        try {
            if (file.getShort() != (short) 0xffd8) {
                return UPRIGHT;
            }
            while (true) {
                int marker = file.getShort() & 0xffff;
                int kind = marker & 0xff;
                int length = file.getShort() & 0xffff;
                if (marker >> 8 != 0xff || kind == START_OF_SCAN || length < 2) {
                    return UPRIGHT;
                }
                int end = file.position() + length - 2;
                if (kind == APP1 && length > 8 && (file.getLong(file.position()) >>> 16) == EXIF) {
                    return tag(file.slice(file.position() + 6, length - 8));
                }
                file.position(end);
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException cut) {
            return UPRIGHT;
        }
    }

    private static int tag(ByteBuffer tiff) {
        tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + i * ENTRY;
            if ((tiff.getShort(entry) & 0xffff) == TAG) {
                int value = tiff.getShort(entry + 8) & 0xffff;
                return value >= 1 && value <= 8 ? value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /** Returns the turn, and the mirror, around the middle that sets a picture upright. */
    static AffineTransform turn(int orientation) {
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
}
