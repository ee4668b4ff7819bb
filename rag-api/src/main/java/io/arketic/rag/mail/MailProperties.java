package io.arketic.rag.mail;

import io.arketic.embeddings.SettingValue;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the delivery of messages.
 *
 * @param from the sender's address
 * @param directory where messages go, one file each, while no SMTP host is set
 * @param linkBase address of the pages that take up a token, before {@code /verify-email#…}; without it messages name
 *     the token only
 */
@ConfigurationProperties("arketic.mail")
record MailProperties(
        @DefaultValue("Arketic <no-reply@arketic.invalid>") String from,
        @DefaultValue(".arketic/mail") Path directory,
        @DefaultValue("") String linkBase,
        @DefaultValue Smtp smtp) {

    MailProperties {
        try {
            new InternetAddress(from, true).validate();
        } catch (AddressException unreadable) {
            throw SettingValue.refused("arketic.mail.from", from, "an address such as Name <name@example.org>");
        }
        if (!linkBase.isBlank()) {
            SettingValue.httpAddress("arketic.mail.link-base", linkBase);
        }
    }

    /**
     * Describes a mail server.
     *
     * @param host none when empty
     * @param port by the encryption when it is null: 587, 465 or 25
     * @param user not authenticated when empty
     */
    record Smtp(
            @DefaultValue("") String host,
            @Nullable Integer port,
            @DefaultValue("") String user,
            @DefaultValue("") String password,
            @DefaultValue("starttls") Encryption encryption) {

        Smtp {
            SettingValue.require(
                    port == null || (port >= 1 && port <= 65_535),
                    "arketic.mail.smtp.port",
                    port,
                    "a port from 1 to 65535");
        }

        int portOrUsual() {
            return port == null ? encryption.port : port;
        }

        /** Shows no password. */
        @Override
        public String toString() {
            return "Smtp[host=" + host + ", port=" + portOrUsual() + ", user=" + user + ", encryption="
                    + encryption.name().toLowerCase(Locale.ROOT) + "]";
        }
    }

    /** Names the encryption of the connection, which never falls back to a weaker one. */
    enum Encryption {
        STARTTLS(587),
        TLS(465),
        NONE(25);

        private final int port;

        Encryption(int port) {
            this.port = port;
        }
    }

    /** Returns the lines that explain the use of {@code token}: at a page of the front end if one is set. */
    String instructions(String page, String token) {
        return linkBase.isEmpty()
                ? "Token: " + token
                : "Open " + linkBase.replaceAll("/+$", "") + "/" + page + "#token=" + token;
    }

    boolean hasSmtp() {
        return !smtp.host().isEmpty();
    }
}
