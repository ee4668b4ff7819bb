package io.arketic.cli.api;

import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds the demo user and the user's resources between commands. The parts after the password are absent until the API
 * has created them.
 *
 * @param password generated, of this user only
 */
public record DemoState(
        String email,
        String password,
        @Nullable UUID organizationId,
        @Nullable String organizationSlug,
        @Nullable UUID knowledgeBaseId) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Generates a user that no database contains yet. */
    static DemoState generate() {
        byte[] suffix = new byte[4];
        byte[] password = new byte[18];
        RANDOM.nextBytes(suffix);
        RANDOM.nextBytes(password);
        return new DemoState(
                "demo-" + HexFormat.of().formatHex(suffix) + "@arketic.example",
                Base64.getUrlEncoder().withoutPadding().encodeToString(password),
                null,
                null,
                null);
    }

    /** Reads the state; empty if there is no file. */
    public static Optional<DemoState> load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        String email = properties.getProperty("email");
        String password = properties.getProperty("password");
        if (email == null || password == null) {
            throw CommandException.failed(file + " names no email or password; delete it to get a new demo user");
        }
        return Optional.of(new DemoState(
                email,
                password,
                id(properties, "organization.id"),
                properties.getProperty("organization.slug"),
                id(properties, "knowledge-base.id")));
    }

    DemoState withOrganization(UUID id, String slug) {
        return new DemoState(email, password, id, slug, knowledgeBaseId);
    }

    DemoState withKnowledgeBase(UUID id) {
        return new DemoState(email, password, organizationId, organizationSlug, id);
    }

    /** Replaces the file atomically; only its owner can read it. */
    void save(Path file) throws IOException {
        var properties = new Properties();
        properties.setProperty("email", email);
        properties.setProperty("password", password);
        put(properties, "organization.id", organizationId);
        put(properties, "organization.slug", organizationSlug);
        put(properties, "knowledge-base.id", knowledgeBaseId);
        var text = new StringWriter();
        properties.store(text, "The demo user of the local stack");
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path draft = Files.createTempFile(
                directory,
                "demo",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, text.toString());
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "DemoState[email=" + email + ", organizationSlug=" + organizationSlug + ", knowledgeBaseId="
                + knowledgeBaseId + "]";
    }

    private static void put(Properties properties, String key, @Nullable Object value) {
        if (value != null) {
            properties.setProperty(key, value.toString());
        }
    }

    private static @Nullable UUID id(Properties properties, String key) {
        String value = properties.getProperty(key);
        return value == null ? null : UUID.fromString(value);
    }
}
