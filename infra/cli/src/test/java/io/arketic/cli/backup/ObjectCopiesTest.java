package io.arketic.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectCopiesTest {

    private static final byte[] BYTES = "Oil the pump.".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private ObjectCopies copies;
    private ObjectEntry entry;
    private Path file;
    private Path damaged;

    @BeforeEach
    void copy() throws Exception {
        copies = new ObjectCopies(directory, new EncryptedFiles("key"));
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(BYTES));
        entry = new ObjectEntry("knowledge", "a", "1", BYTES.length, Instant.EPOCH, hash);
        file = copies.content(Objects.requireNonNull(entry.sha256()));
        damaged = file.resolveSibling(file.getFileName() + ".damaged");
        Files.createDirectories(file.getParent());
        write();
        copies.journal().write(Instant.now(), true, List.of(entry));
    }

    @Test
    void aDamagedCopyIsKeptUntilThereIsANewOne() throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 20] ^= 1;
        Files.write(file, bytes);

        assertThat(copies.discardDamaged(entry)).isTrue();
        copies.forgetBefore(Instant.now());
        assertThat(file).doesNotExist();
        assertThat(damaged).hasBinaryContent(bytes);

        write();
        copies.forgetBefore(Instant.now());
        assertThat(damaged).doesNotExist();
        assertThat(copies.isWhole(entry)).isTrue();
    }

    @Test
    void aCutCopyIsDamaged() throws Exception {
        Files.write(file, new byte[3]);

        assertThat(copies.discardDamaged(entry)).isTrue();
        assertThat(damaged).exists();
    }

    @Test
    void aWholeCopyAndOneThatTheDiskDoesNotDeliverStayWhereTheyAre() throws Exception {
        assertThat(copies.discardDamaged(entry)).isFalse();
        Files.delete(file);
        // Each access fails with an error that is not that the file is missing.
        Files.createSymbolicLink(file, file.getFileName());

        assertThat(copies.isWhole(entry)).isFalse();
        assertThat(copies.discardDamaged(entry)).isFalse();
        assertThat(file).isSymbolicLink();
        assertThat(damaged).doesNotExist();
    }

    private void write() throws Exception {
        try (OutputStream out = new EncryptedFiles("key").writer(file)) {
            out.write(BYTES);
        }
    }
}
