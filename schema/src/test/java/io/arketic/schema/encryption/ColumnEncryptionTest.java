package io.arketic.schema.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnEncryptionTest {

    private static final UUID ROW = UUID.randomUUID();

    @TempDir
    private Path directory;

    private Path file;
    private ColumnEncryption encryption;

    @BeforeEach
    void open() {
        file = directory.resolve("state/keyset.json");
        encryption = ColumnEncryption.creating("", file);
    }

    @Test
    void aKeysetIsMadeForItsOwnerOnlyAndUsedByTheNextProcess() throws IOException {
        String encrypted = encryption.encrypt("secret", "users", ROW);
        assertThat(encrypted).doesNotContain("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(ColumnEncryption.creating("", file).decrypt(encrypted, "users", ROW))
                .isEqualTo("secret");
        assertThat(ColumnEncryption.existing(Files.readString(file), file).decrypt(encrypted, "users", ROW))
                .isEqualTo("secret");
        try (var left = Files.list(file.getParent())) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void aValueIsNoneInAnotherRowOrTable() {
        String encrypted = encryption.encrypt("secret", "users", ROW);
        assertThatIllegalStateException()
                .isThrownBy(() -> encryption.decrypt(encrypted, "users", UUID.randomUUID()))
                .withMessageContaining("users");
        assertThatIllegalStateException().isThrownBy(() -> encryption.decrypt(encrypted, "provider_keys", ROW));
    }

    @Test
    void aProcessThatOnlyDecryptsCreatesNoKeys() {
        Path missing = directory.resolve("missing.json");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> ColumnEncryption.existing("", missing))
                .withMessageContaining("missing.json");
        assertThat(missing).doesNotExist();
        String encrypted = encryption.encrypt("secret", "users", ROW);
        assertThat(ColumnEncryption.existing("", file).decrypt(encrypted, "users", ROW))
                .isEqualTo("secret");
    }

    @Test
    void keysRotateWhileTheProcessRuns() throws Exception {
        String before = encryption.encrypt("secret", "users", ROW);
        assertThat(encryption.isCurrent(before)).isTrue();
        rotate();
        assertThat(encryption.decrypt(before, "users", ROW)).isEqualTo("secret");
        assertThat(encryption.isCurrent(before)).isFalse();
        String after = encryption.encrypt("secret", "users", ROW);
        assertThat(encryption.isCurrent(after)).isTrue();
    }

    @Test
    void aFileThatIsBrokenLeavesTheKeysAsTheyWere() throws IOException {
        String before = encryption.encrypt("secret", "users", ROW);
        write("{");
        assertThat(encryption.decrypt(before, "users", ROW)).isEqualTo("secret");
    }

    private void rotate() throws GeneralSecurityException, IOException {
        KeysetHandle old = KeysetFile.parse(Files.readString(file));
        write(KeysetFile.print(KeysetHandle.newBuilder(old)
                .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                        .withRandomId()
                        .makePrimary())
                .build()));
    }

    private void write(String json) throws IOException {
        Files.writeString(file, json);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    }
}
