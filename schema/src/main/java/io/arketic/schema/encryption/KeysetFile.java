package io.arketic.schema.encryption;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a keyset from a file that another program may replace at runtime: so keys rotate without a restart. An
 * unreadable new content leaves the keys unchanged.
 */
final class KeysetFile {

    private static final Logger log = LoggerFactory.getLogger(KeysetFile.class);

    private final Path file;
    private FileTime seen;
    private KeysetHandle keys;

    private KeysetFile(Path file) {
        this.file = file;
        try {
            seen = Files.getLastModifiedTime(file);
            keys = parse(Files.readString(file));
        } catch (IOException failure) {
            throw new UncheckedIOException("Cannot use " + file, failure);
        }
    }

    /** Uses a file that exists. */
    static KeysetFile read(Path file) {
        return new KeysetFile(file.toAbsolutePath());
    }

    /** Uses a file, and creates it if it is missing. */
    static KeysetFile create(Path file) {
        Path absolute = file.toAbsolutePath();
        if (!Files.exists(absolute)) {
            try {
                make(absolute);
            } catch (IOException failure) {
                throw new UncheckedIOException("Cannot use " + absolute, failure);
            }
        }
        return new KeysetFile(absolute);
    }

    synchronized KeysetHandle keys() {
        try {
            FileTime now = Files.getLastModifiedTime(file);
            if (!now.equals(seen)) {
                seen = now;
                keys = parse(Files.readString(file));
            }
        } catch (IOException | IllegalArgumentException failure) {
            log.error("The keys stay as they were: {} cannot be read", file, failure);
        }
        return keys;
    }

    static KeysetHandle parse(String json) {
        try {
            return TinkJsonProtoKeysetFormat.parseKeyset(json, InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException failure) {
            throw new IllegalArgumentException("Not a Tink keyset in JSON", failure);
        }
    }

    static String print(KeysetHandle keys) {
        try {
            return TinkJsonProtoKeysetFormat.serializeKeyset(keys, InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Creates the file; of several processes that find none, one creates it, and all use that one. */
    private static void make(Path file) throws IOException {
        Path directory = file.getParent();
        Files.createDirectories(directory);
        // Temporary files are made for their owner only.
        Path draft = Files.createTempFile(directory, "keyset", ".new");
        try {
            Files.writeString(draft, print(KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM)));
            Files.createLink(file, draft);
            log.info("Made {}, the keys of encrypted columns: back it up with the database", file);
        } catch (FileAlreadyExistsException made) {
            log.debug("Another process has made {}", file);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        } finally {
            Files.delete(draft);
        }
    }
}
