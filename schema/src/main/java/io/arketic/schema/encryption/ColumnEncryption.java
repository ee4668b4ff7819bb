package io.arketic.schema.encryption;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Encrypts columns with AES-256-GCM by Tink. A ciphertext is bound to its table and row, so that a copy in another row
 * does not decrypt. Every key of the keyset decrypts; the primary one encrypts.
 */
public final class ColumnEncryption {

    /** Locates the key's id in Tink's prefix, after a version byte. */
    private static final int KEY_ID_AT = 1;

    private final Supplier<KeysetHandle> keys;

    private ColumnEncryption(Supplier<KeysetHandle> keys) {
        this.keys = keys;
    }

    /**
     * Uses a Tink keyset in JSON, or that of a file while {@code keyset} is empty. The file is created if it is missing,
     * and read again when it changes.
     */
    public static ColumnEncryption creating(String keyset, Path file) {
        return of(keyset, () -> KeysetFile.create(file));
    }

    /**
     * Uses a keyset like {@link #creating}, for a process that only decrypts: it creates no file.
     *
     * @throws java.io.UncheckedIOException if {@code keyset} is empty and the file cannot be read
     */
    public static ColumnEncryption existing(String keyset, Path file) {
        return of(keyset, () -> KeysetFile.read(file));
    }

    private static ColumnEncryption of(String keyset, Supplier<KeysetFile> file) {
        try {
            AeadConfig.register();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
        if (keyset.isEmpty()) {
            return new ColumnEncryption(file.get()::keys);
        }
        KeysetHandle fixed = KeysetFile.parse(keyset);
        return new ColumnEncryption(() -> fixed);
    }

    /** Encrypts a text; each call returns another ciphertext. */
    public String encrypt(String text, String table, UUID row) {
        try {
            byte[] encrypted = aead().encrypt(text.getBytes(StandardCharsets.UTF_8), place(table, row));
            return Base64.getEncoder().encodeToString(encrypted);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("Cannot encrypt for " + table, failure);
        }
    }

    /** @throws IllegalStateException when the value was changed, belongs to another row, or its key is not in the keyset */
    public String decrypt(String encrypted, String table, UUID row) {
        try {
            return new String(
                    aead().decrypt(Base64.getDecoder().decode(encrypted), place(table, row)), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(
                    "Cannot decrypt " + table + " " + row + ": is its key still in the keyset?", failure);
        }
    }

    /**
     * Returns whether the primary key encrypted it; text of an older one should be encrypted again, so that the old key
     * can be removed.
     */
    public boolean isCurrent(String encrypted) {
        int keyId = ByteBuffer.wrap(Base64.getDecoder().decode(encrypted)).getInt(KEY_ID_AT);
        return keyId == keys.get().getPrimary().getId();
    }

    private Aead aead() throws GeneralSecurityException {
        return keys.get().getPrimitive(RegistryConfiguration.get(), Aead.class);
    }

    private static byte[] place(String table, UUID row) {
        return (table + "/" + row).getBytes(StandardCharsets.UTF_8);
    }
}
