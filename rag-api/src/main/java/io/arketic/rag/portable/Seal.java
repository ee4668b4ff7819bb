package io.arketic.rag.portable;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Ends an archive with the SHA-256 of all bytes before, in hexadecimal digits, in the place of a ZIP's comment. It also covers
 * bytes that belong to no entry.
 */
final class Seal extends FilterOutputStream {

    /** Is a comment as long as the seal, which replaces it. */
    static final String PLACE = "0".repeat(64);

    static final int LENGTH = PLACE.length();

    private final MessageDigest digest = MerkleTree.sha256();
    private byte[] held = new byte[0];

    Seal(OutputStream target) {
        super(target);
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        byte[] all = Arrays.copyOf(held, held.length + length);
        System.arraycopy(bytes, offset, all, held.length, length);
        int ready = Math.max(0, all.length - LENGTH);
        digest.update(all, 0, ready);
        out.write(all, 0, ready);
        held = Arrays.copyOfRange(all, ready, all.length);
    }

    /** Writes the seal after the ZIP has ended with {@link #PLACE}. */
    void set() throws IOException {
        out.write(HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Returns whether a file ends with the seal of the bytes before it. */
    static boolean holds(Path file) throws IOException {
        long left = Files.size(file) - LENGTH;
        MessageDigest digest = MerkleTree.sha256();
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            while (left > 0) {
                int read = bytes.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    return false;
                }
                digest.update(buffer, 0, read);
                left -= read;
            }
            byte[] seal = bytes.readNBytes(LENGTH);
            return HexFormat.of().formatHex(digest.digest()).equals(new String(seal, StandardCharsets.US_ASCII));
        }
    }
}
