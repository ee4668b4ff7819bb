package io.arketic.rag.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.arketic.rag.mail.MailProperties.Encryption;
import io.arketic.rag.mail.MailProperties.Smtp;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void aMessageThatWasTakenIsDeliveredHoweverItsConnectionEnds() throws Exception {
        assertThat(conversation(Map.of())).contains(".").endsWith("QUIT");
    }

    @ParameterizedTest
    @CsvSource({"RCPT, 550, true", "DATA, 554, true", "RCPT, 450, false", "RCPT, 552, false", "MAIL, 550, false"})
    void aRefusalOfTheMessageIsPermanentAndOneOfTheSenderOrAFullMailboxIsNot(
            String command, String code, boolean permanent) {
        assertThatThrownBy(() -> conversation(Map.of(command, code + " no")))
                .isInstanceOfSatisfying(
                        MessagingException.class,
                        failure -> assertThat(failure instanceof SendFailedException)
                                .isEqualTo(permanent));
    }

    /** Sends a message to a server that has these answers, and that breaks the connection instead of ending it. */
    private List<String> conversation(Map<String, String> answers) throws Exception {
        List<String> commands = new CopyOnWriteArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(server, answers, commands));
            sender(new Smtp("127.0.0.1", server.getLocalPort(), "", "", Encryption.NONE))
                    .send(MAIL, ID);
            served.get(20, TimeUnit.SECONDS);
        }
        return commands;
    }

    private static void serve(ServerSocket server, Map<String, String> answers, List<String> commands) {
        try (Socket socket = server.accept()) {
            socket.setSoLinger(true, 0);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            answer(socket, "220 ready");
            boolean content = false;
            for (String line = in.readLine(); line != null && !line.equals("QUIT"); line = in.readLine()) {
                commands.add(line);
                content = content && !line.equals(".");
                if (!content) {
                    String command = line.length() < 4 ? line : line.substring(0, 4);
                    content = command.equals("DATA") && !answers.containsKey(command);
                    answer(socket, answers.getOrDefault(command, content ? "354 go on" : "250 done"));
                }
            }
            commands.add("QUIT");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void answer(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
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
