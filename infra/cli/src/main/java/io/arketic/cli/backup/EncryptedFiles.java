package io.arketic.cli.backup;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.Hkdf;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts files of the repository with AES-256-GCM, in segments. Reading fails where a file was changed or cut. Each use
 * has a key of its own, derived from the backup key (RFC 5869).
 */
final class EncryptedFiles {

    private static final String MAC = "HmacSha256";
    private static final int KEY_BYTES = 32;
    private static final int SEGMENT_BYTES = 1 << 20;

    private final AesGcmHkdfStreaming cipher;
    private final byte[] names;

    EncryptedFiles(String backupKey) {
        try {
            cipher = new AesGcmHkdfStreaming(derived(backupKey, "files"), MAC, KEY_BYTES, SEGMENT_BYTES, 0);
            names = derived(backupKey, "names");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA-256 and AES-GCM", e);
        }
    }

    private static byte[] derived(String backupKey, String use) throws GeneralSecurityException {
        return Hkdf.computeHkdf(
                MAC,
                backupKey.getBytes(StandardCharsets.UTF_8),
                new byte[0],
                ("arketic backup " + use).getBytes(StandardCharsets.UTF_8),
                KEY_BYTES);
    }

    /** Returns the name of a content in the repository; it tells nothing of the content without the key. */
    String name(String sha256) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(names, MAC));
            return HexFormat.of().formatHex(mac.doFinal(sha256.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA-256", e);
        }
    }

    /** Returns the bytes of the file in which so many bytes are. */
    long size(long bytes) {
        return cipher.expectedCiphertextSize(bytes);
    }

    /** Returns a stream whose bytes arrive in the file encrypted; the file is whole once the stream is closed. */
    OutputStream writer(Path file) throws IOException {
        try {
            return cipher.newEncryptingStream(Files.newOutputStream(file), new byte[0]);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot encrypt " + file, e);
        }
    }

    InputStream reader(Path file) throws IOException {
        try {
            return cipher.newDecryptingStream(Files.newInputStream(file), new byte[0]);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot decrypt " + file, e);
        }
    }
}
