package io.arketic.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MailFolderTest {

    @TempDir
    private Path directory;

    @Test
    void theNewestComeLastAndAreDecoded() throws IOException {
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

    @Test
    void oneOddFileDoesNotStopTheOthers() throws IOException {
        write("20261122T100000.000Z-a.eml", "ada@example.org", "First", "one");
        write("20261122T100001.000Z-b.eml", "x@münchen.example", "Odd", "two");
        write("20261122T100002.000Z-c.eml", "x@xn--mnchen-3ya.example", "Plain", "three");
        write("20261122T100003.000Z-d.eml", "<<no address at all, \u0007", "None", "four");
        Files.writeString(directory.resolve("20261122T100004.000Z-e.eml"), "");
        Files.write(directory.resolve("20261122T100005.000Z-f.eml"), new byte[] {0, -1, -2, 10, 13, 58});
        Files.createDirectory(directory.resolve("20261122T100006.000Z-g.eml"));
        var folder = new MailFolder(directory);
        assertThat(folder.newest(9, null))
                .extracting(MailFolder.Message::subject)
                .hasSize(7)
                .contains("First", "Odd", "Plain", "None", "20261122T100006.000Z-g.eml cannot be read");
        assertThat(folder.newest(9, "ada@example.org"))
                .extracting(MailFolder.Message::text)
                .containsExactly("one");
        for (String spelling : List.of("x@münchen.example", " x@mu\u0308nchen.example", "X@XN--MNCHEN-3YA.example")) {
            assertThat(folder.newest(9, spelling))
                    .extracting(MailFolder.Message::text)
                    .containsExactly("two", "three");
        }
    }

    @Test
    void twoDomainsStayTwo() throws IOException {
        write("20261122T100000.000Z-a.eml", "x@xn--strae-oqa.example", "Street", "one");
        write("20261122T100001.000Z-b.eml", "x@strasse.example", "Other", "two");
        assertThat(new MailFolder(directory).newest(9, "x@straße.example"))
                .extracting(MailFolder.Message::text)
                .containsExactly("one");
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
