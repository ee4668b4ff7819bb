package io.arketic.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.arketic.cli.terminal.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EncryptionKeysTest {

    @TempDir
    private Path directory;

    @Test
    void whatAnOldKeyEncryptedIsReadAfterTheRotation() throws Exception {
        AeadConfig.register();
        Path file = directory.resolve("keyset.json");
        KeysetHandle old = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
        Files.writeString(file, TinkJsonProtoKeysetFormat.serializeKeyset(old, InsecureSecretKeyAccess.get()));
        byte[] encrypted =
                old.getPrimitive(RegistryConfiguration.get(), Aead.class).encrypt(new byte[] {7}, null);

        assertThat(new EncryptionKeys(file).rotate()).isEqualTo(2);

        KeysetHandle rotated =
                TinkJsonProtoKeysetFormat.parseKeyset(Files.readString(file), InsecureSecretKeyAccess.get());
        assertThat(rotated.getPrimary().getId()).isNotEqualTo(old.getPrimary().getId());
        assertThat(rotated.getPrimitive(RegistryConfiguration.get(), Aead.class).decrypt(encrypted, null))
                .containsExactly(7);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void withoutKeysThereIsNothingToRotate() {
        assertThatThrownBy(() -> new EncryptionKeys(directory.resolve("none")).rotate())
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("the API creates it");
    }
}
