package io.arketic.cli.operate;

import io.arketic.services.StackSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks the settings: how secrets are kept, and what travels without TLS. */
final class SettingsDoctor {

    private static final int LEAST_SECRET_BYTES = 32;

    private final StackSettings settings;
    private final Map<String, String> product;

    SettingsDoctor(StackSettings settings) {
        this.settings = settings;
        this.product = settings.productEnvironment();
    }

    List<Finding> findings() throws IOException {
        List<Finding> findings = new ArrayList<>();
        findings.add(ownerOnly(settings.state().resolve("secrets.properties")));
        findings.add(ownerOnly(settings.keysetFile()));
        String token = product.getOrDefault("ARKETIC_SECURITY_TOKEN_SECRET", "");
        findings.add(
                token.length() >= LEAST_SECRET_BYTES
                        ? Finding.ok("secrets", "access tokens are signed with " + token.length() + " characters")
                        : Finding.fail("secrets", "ARKETIC_SECURITY_TOKEN_SECRET has less than 32 characters"));
        findings.add(url("ARKETIC_PUBLIC_URL", "sessions and links of users"));
        findings.add(url("ARKETIC_STORE_ENDPOINT", "files and the key of the store"));
        findings.add(url("ARKETIC_CHAT_BASE_URL", "questions, passages and the key of the model"));
        findings.add(database());
        findings.add(kafka());
        findings.add(mail());
        return findings;
    }

    private static Finding ownerOnly(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Finding.ok("secrets", file + " is not there");
        }
        String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        return permissions.endsWith("------")
                ? Finding.ok("secrets", file + " is its owner's alone")
                : Finding.fail("secrets", file + " is readable by others (" + permissions + "): chmod 600 " + file);
    }

    private Finding url(String variable, String what) {
        String value = product.getOrDefault(variable, "");
        if (value.isBlank()) {
            return Finding.ok("tls", variable + " is not set");
        }
        URI address = URI.create(value.strip());
        return "https".equalsIgnoreCase(address.getScheme()) || isLoopback(String.valueOf(address.getHost()))
                ? Finding.ok("tls", variable + " is https or on this machine")
                : Finding.fail("tls", variable + " carries " + what + " without TLS: " + value);
    }

    private Finding database() {
        String url = product.getOrDefault("ARKETIC_DATABASE_URL", "");
        String host = url.replaceFirst("^jdbc:postgresql://", "").replaceFirst("[:/?,].*$", "");
        if (isLoopback(host) || url.contains("sslmode=verify-full")) {
            return Finding.ok("tls", "the database is on this machine or checked by certificate");
        }
        return Finding.fail("tls", "the database at " + host + " is not checked by certificate: ?sslmode=verify-full");
    }

    private Finding kafka() {
        String servers = product.getOrDefault("ARKETIC_KAFKA_BOOTSTRAP_SERVERS", "");
        boolean local = List.of(servers.split(",", -1)).stream()
                .allMatch(server -> isLoopback(server.strip().replaceFirst(":\\d+$", "")));
        if (local || product.getOrDefault("ARKETIC_KAFKA_SECURITY_PROTOCOL", "").contains("SSL")) {
            return Finding.ok("tls", "Kafka is on this machine or over TLS");
        }
        return Finding.fail("tls", "Kafka at " + servers + " is reached without TLS: ARKETIC_KAFKA_SECURITY_PROTOCOL");
    }

    private Finding mail() {
        if (product.getOrDefault("ARKETIC_MAIL_SMTP_HOST", "").isBlank()) {
            return Finding.warn("mail", "messages are files; set ARKETIC_MAIL_SMTP_HOST");
        }
        return "none".equals(product.get("ARKETIC_MAIL_SMTP_ENCRYPTION"))
                ? Finding.fail("tls", "mail is sent without TLS: ARKETIC_MAIL_SMTP_ENCRYPTION")
                : Finding.ok("tls", "mail is sent over TLS");
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.matches("127(\\.\\d{1,3}){3}")
                || host.equals("[::1]")
                || host.equals("::1");
    }
}
