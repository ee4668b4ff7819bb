package io.arketic.rag.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.arketic.rag.mail.MailProperties.Encryption;
import io.arketic.rag.mail.MailProperties.Smtp;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailQueueTest {

    private static final Mail MAIL = new Mail("ada@example.org", "Prüfung\r\nBcc: all@example.org", "Token: ünïcode");

    @TempDir
    private Path directory;

    @Test
    void anSmtpServerTakesTheMessage() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.setUser("arketic", "secret of the server");
        server.start();
        try {
            MailQueue queue = queue(new Smtp(
                    "127.0.0.1", server.getSmtp().getPort(), "arketic", "secret of the server", Encryption.NONE));
            assertThat(queue.reachesPeople()).isTrue();
            queue.send(MAIL);
            assertThat(server.waitForIncomingEmail(20_000, 1)).isTrue();
            assertMail(server.getReceivedMessages()[0]);
            queue.destroy();
        } finally {
            server.stop();
        }
    }

    @Test
    void aServerThatIsAwayIsTriedAgain() throws Exception {
        int port = freePort();
        MailQueue queue = queue(new Smtp("127.0.0.1", port, "", "", Encryption.NONE));
        CountDownLatch tried = new CountDownLatch(1);
        AtomicInteger composed = new AtomicInteger();
        queue.sendComposed(() -> {
            composed.incrementAndGet();
            tried.countDown();
            return Optional.of(MAIL);
        });
        assertThat(tried.await(20, TimeUnit.SECONDS)).isTrue();
        GreenMail server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            assertThat(server.waitForIncomingEmail(60_000, 1)).isTrue();
            assertThat(composed).hasValue(1);
            queue.destroy();
        } finally {
            server.stop();
        }
    }

    @Test
    void withoutAServerMessagesAreFilesOfTheirOwner() throws Exception {
        MailQueue queue = queue(new Smtp("", null, "", "", Encryption.STARTTLS));
        assertThat(queue.reachesPeople()).isFalse();
        queue.send(MAIL);
        queue.sendComposed(Optional::empty);
        queue.destroy();
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
        assertThat(queue(none).instructions("verify-email", "abc")).isEqualTo("Token: abc");
        assertThat(new MailQueue(
                                new MailProperties("a@example.org", directory, "https://example.org/app/", none),
                                Clock.systemUTC())
                        .instructions("verify-email", "abc"))
                .isEqualTo("Open https://example.org/app/verify-email#token=abc");
    }

    private static void assertMail(MimeMessage message) throws Exception {
        assertThat(message.getSubject()).isEqualTo("Prüfung Bcc: all@example.org");
        assertThat(message.getAllRecipients()).extracting(Object::toString).containsExactly("ada@example.org");
        assertThat(message.getFrom()[0].toString()).isEqualTo("Arketic <no-reply@example.org>");
        assertThat(message.getContent().toString().strip()).isEqualTo("Token: ünïcode");
        assertThat(message.getMessageID()).isNotBlank();
    }

    private MailQueue queue(Smtp smtp) {
        return new MailQueue(
                new MailProperties("Arketic <no-reply@example.org>", directory, "", smtp), Clock.systemUTC());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
