package io.arketic.cli;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
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

/** Messages of plain text, one file each, with names that sort by time. */
record MailFolder(Path directory) {

    record Message(String date, String to, String subject, String text) {}

    /** The newest last; of {@code address} only, unless it is null. */
    List<Message> newest(int count, @Nullable String address) throws IOException, MessagingException {
        List<Message> newest = new ArrayList<>();
        for (Path file : files()) {
            if (newest.size() == count) {
                break;
            }
            Message message = read(file);
            if (address == null || message.to().equalsIgnoreCase(address)) {
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

    private static Message read(Path file) throws IOException, MessagingException {
        try (InputStream content = Files.newInputStream(file)) {
            var message = new MimeMessage(Session.getInstance(new Properties()), content);
            return new Message(
                    String.join("", message.getHeader("Date")),
                    message.getRecipients(RecipientType.TO)[0].toString(),
                    String.valueOf(message.getSubject()),
                    String.valueOf(message.getContent()));
        }
    }
}
