package io.arketic.cli.stack;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;

/** Manages the keyset of encrypted columns, as the API reads it. */
record EncryptionKeys(Path file) {

    /** Replaces the file atomically; returns the number of its keys. */
    int rotate() throws IOException, GeneralSecurityException {
        if (!Files.exists(file)) {
            throw CommandException.unusable("there is no " + file + " yet; the API creates it when it starts");
        }
        AeadConfig.register();
        KeysetHandle rotated = KeysetHandle.newBuilder(
                        TinkJsonProtoKeysetFormat.parseKeyset(Files.readString(file), InsecureSecretKeyAccess.get()))
                .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                        .withRandomId()
                        .makePrimary())
                .build();
        // Temporary files are made for their owner only.
        Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), "keyset", ".new");
        Files.writeString(draft, TinkJsonProtoKeysetFormat.serializeKeyset(rotated, InsecureSecretKeyAccess.get()));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return rotated.size();
    }
}
