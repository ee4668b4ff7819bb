package io.arketic.cli.stack;

import io.arketic.schema.tenancy.EmailSpelling;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads plain-text messages, one file each, with names that sort by time. */
record MailFolder(Path directory) {

    record Message(String date, String to, String subject, String text) {}

    /**
     * Returns the newest messages, the newest last; with {@code address} only its messages. An unreadable file is
     * represented by a note.
     */
    List<Message> newest(int count, @Nullable String address) throws IOException {
        List<Message> newest = new ArrayList<>();
        for (Path file : files()) {
            if (newest.size() == count) {
                break;
            }
            Message message = read(file);
            if (address == null || EmailSpelling.stored(message.to()).equals(EmailSpelling.stored(address))) {
                newest.add(message);
            }
        }
        Collections.reverse(newest);
        return newest;
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private static Message read(Path file) {
        Properties utf8 = new Properties();
        utf8.setProperty("mail.mime.allowutf8", "true");
        try (InputStream content = Files.newInputStream(file)) {
            var message = new MimeMessage(Session.getInstance(utf8), content);
            return new Message(
                    header(message, "Date"),
                    header(message, "To"),
                    String.valueOf(message.getSubject()),
                    String.valueOf(message.getContent()));
        } catch (IOException | MessagingException | RuntimeException e) {
            return new Message("-", "-", file.getFileName() + " cannot be read", String.valueOf(e.getMessage()));
        }
    }

    /** Returns a header literally, so that an address no parser accepts is also shown. */
    private static String header(MimeMessage message, String name) throws MessagingException {
        String[] values = message.getHeader(name);
        return values == null ? "-" : MimeUtility.unfold(String.join(", ", values));
    }
}
