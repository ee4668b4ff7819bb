package io.arketic.rag.avatar;

/** Counts the scans of a JPEG (ITU-T T.81, annex B) before it is decoded: a decoder passes over all pixels for each scan. */
final class JpegScans {

    private static final int RESTART_0 = 0xd0;
    private static final int START_OF_IMAGE = 0xd8;
    private static final int END_OF_IMAGE = 0xd9;
    private static final int START_OF_SCAN = 0xda;
    private static final int TEMPORARY = 0x01;

    private JpegScans() {}

    /** Returns the number of scans up to the end of the image; as decoders do, it skips bytes between segments. */
    static int of(byte[] bytes) {
        int scans = 0;
        int at = 0;
        while (true) {
            at = marker(bytes, at);
            if (at >= bytes.length) {
                return scans;
            }
            int kind = bytes[at++] & 0xff;
            // Before the image, there may be one of tables only.
            if (kind == END_OF_IMAGE && scans > 0) {
                return scans;
            }
            if (kind == TEMPORARY || kind == END_OF_IMAGE || kind >= RESTART_0 && kind <= START_OF_IMAGE) {
                continue;
            }
            if (kind == START_OF_SCAN) {
                scans++;
            }
            if (at + 2 > bytes.length) {
                return scans;
            }
            at += Math.max(2, (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff);
        }
    }

    /** Returns the place of the next marker's second byte. A zero after 0xff belongs to the data of a scan. */
    private static int marker(byte[] bytes, int from) {
        for (int at = from + 1; at < bytes.length; at++) {
            if (bytes[at - 1] == (byte) 0xff && bytes[at] != 0 && bytes[at] != (byte) 0xff) {
                return at;
            }
        }
        return bytes.length;
    }
}
