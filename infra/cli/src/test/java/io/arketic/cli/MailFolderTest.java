package io.arketic.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MailFolderTest {

    @TempDir
    private Path directory;

    @Test
    void theNewestComeLastAndAreDecoded() throws IOException, MessagingException {
        write("20261122T100000.000Z-a.eml", "ada@example.org", "First", "one");
        write("20261122T100001.000Z-b.eml", "bob@example.org", "Second", "two");
        write("20261122T100002.000Z-c.eml", "ada@example.org", "=?UTF-8?Q?Pr=C3=BCfung?=", "tok=3Den");
        Files.writeString(directory.resolve("draft1.new"), "half");
        var folder = new MailFolder(directory);
        assertThat(folder.newest(2, null))
                .extracting(MailFolder.Message::subject)
                .containsExactly("Second", "Prüfung");
        assertThat(folder.newest(9, "ADA@example.org"))
                .extracting(MailFolder.Message::text)
                .containsExactly("one", "tok=en");
        assertThat(new MailFolder(directory.resolve("none")).newest(1, null)).isEmpty();
    }

    private void write(String name, String to, String subject, String text) throws IOException {
        Files.writeString(
                directory.resolve(name),
                "From: Arketic <no-reply@example.org>\r\nTo: " + to + "\r\nSubject: " + subject
                        + "\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                        + text);
    }
}
