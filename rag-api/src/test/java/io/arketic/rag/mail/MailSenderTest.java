package io.arketic.rag.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.arketic.rag.mail.MailProperties.Encryption;
import io.arketic.rag.mail.MailProperties.Smtp;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailSenderTest {

    private static final Mail MAIL = new Mail("ada@example.org", "Prüfung\r\nBcc: all@example.org", "Token: ünïcode");

    private static final UUID ID = UUID.randomUUID();

    @TempDir
    private Path directory;

    @Test
    void anSmtpServerTakesTheMessage() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.setUser("arketic", "secret of the server");
        server.start();
        try {
            sender(new Smtp(
                            "127.0.0.1",
                            server.getSmtp().getPort(),
                            "arketic",
                            "secret of the server",
                            Encryption.NONE))
                    .send(MAIL, ID);
            assertThat(server.waitForIncomingEmail(20_000, 1)).isTrue();
            assertMail(server.getReceivedMessages()[0]);
        } finally {
            server.stop();
        }
    }

    @Test
    void aServerThatTakesNoMessageIsDistinguishedFromARefusedMessage() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.setUser("arketic", "secret of the server");
        server.start();
        int port = server.getSmtp().getPort();
        try {
            assertThatThrownBy(() -> sender(new Smtp("127.0.0.1", port, "arketic", "wrong", Encryption.NONE))
                            .send(MAIL, ID))
                    .isInstanceOf(IOException.class);
            server.getUserManager().setMessageDeliveryHandler((message, user) -> {
                throw new UserException("refused");
            });
            assertThatThrownBy(() -> sender(new Smtp("127.0.0.1", port, "", "", Encryption.NONE))
                            .send(MAIL, ID))
                    .isInstanceOf(MessagingException.class);
        } finally {
            server.stop();
        }
        assertThatThrownBy(() -> sender(new Smtp("127.0.0.1", port, "", "", Encryption.NONE))
                        .send(MAIL, ID))
                .isInstanceOf(IOException.class);
    }

    @Test
    void withoutAServerMessagesAreFilesOfTheirOwner() throws Exception {
        sender(new Smtp("", null, "", "", Encryption.STARTTLS)).send(MAIL, ID);
        List<Path> files = files();
        assertThat(files).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.get(0))))
                .isEqualTo("rw-------");
        try (InputStream content = Files.newInputStream(files.get(0))) {
            assertMail(new MimeMessage(Session.getInstance(new Properties()), content));
        }
    }

    @Test
    void aTokenIsNamedOrLinked() {
        Smtp none = new Smtp("", null, "", "", Encryption.STARTTLS);
        assertThat(settings("", none).instructions("verify-email", "abc")).isEqualTo("Token: abc");
        assertThat(settings("https://example.org/app/", none).instructions("verify-email", "abc"))
                .isEqualTo("Open https://example.org/app/verify-email#token=abc");
    }

    private static void assertMail(MimeMessage message) throws Exception {
        assertThat(message.getSubject()).isEqualTo("Prüfung Bcc: all@example.org");
        assertThat(message.getAllRecipients()).extracting(Object::toString).containsExactly("ada@example.org");
        assertThat(message.getFrom()[0].toString()).isEqualTo("Arketic <no-reply@example.org>");
        assertThat(message.getContent().toString().strip()).isEqualTo("Token: ünïcode");
        assertThat(message.getMessageID()).isEqualTo("<" + ID + "@arketic>");
    }

    private MailSender sender(Smtp smtp) {
        return new MailSender(settings("", smtp), Clock.systemUTC());
    }

    private MailProperties settings(String linkBase, Smtp smtp) {
        return new MailProperties("Arketic <no-reply@example.org>", directory, linkBase, smtp);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
