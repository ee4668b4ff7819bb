package io.arketic.services;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;

/** Holds the passwords and keys of one local stack. */
public record Secrets(
        String databaseOwnerPassword,
        String databaseApplicationPassword,
        String databaseIngestPassword,
        String databaseMaintenancePassword,
        String storeSecretKey,
        String tokenSecret,
        String flinkKeyPassword,
        String backupKey) {

    private static final int BYTES = 32;

    /** Reads the secrets of the file; generates and adds missing ones, with owner-only permissions. */
    static Secrets of(Path file) {
        try {
            Properties properties = new Properties();
            if (Files.exists(file)) {
                try (var reader = Files.newBufferedReader(file)) {
                    properties.load(reader);
                }
            }
            int known = properties.size();
            Secrets secrets = new Secrets(
                    value(properties, "database-owner-password"),
                    value(properties, "database-application-password"),
                    value(properties, "database-ingest-password"),
                    value(properties, "database-maintenance-password"),
                    value(properties, "store-secret-key"),
                    value(properties, "token-secret"),
                    value(properties, "flink-key-password"),
                    value(properties, "backup-key"));
            if (properties.size() > known) {
                write(properties, file);
            }
            return secrets;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot use " + file, e);
        }
    }

    private static String value(Properties properties, String key) {
        return (String) properties.computeIfAbsent(key, absent -> {
            byte[] bytes = new byte[BYTES];
            new SecureRandom().nextBytes(bytes);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        });
    }

    private static void write(Properties properties, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        var text = new StringWriter();
        properties.store(text, "Made by infra/arketic for this checkout's local stack");
        writeOwnerOnly(file, text.toString());
    }

    /** Replaces the file atomically; at no moment can another user read it. */
    static void writeOwnerOnly(Path file, String text) throws IOException {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path draft = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new", ownerOnly);
        Files.writeString(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Shows no secrets. */
    @Override
    public String toString() {
        return "Secrets[…]";
    }
}
