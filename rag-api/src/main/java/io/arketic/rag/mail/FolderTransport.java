package io.arketic.rag.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/**
 * Writes a file for each message (RFC 5322), readable by its owner only; names sort by time, and no file is visible
 * half written.
 */
final class FolderTransport implements MailTransport {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final Clock clock;

    FolderTransport(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    @Override
    public void deliver(MimeMessage message) throws MessagingException, IOException {
        Files.createDirectories(directory);
        // Temporary files are made for their owner only.
        Path draft = Files.createTempFile(directory, "draft", ".new");
        try (OutputStream out = Files.newOutputStream(draft)) {
            message.writeTo(out);
        }
        Path file = directory.resolve(TIME.format(clock.instant()) + "-"
                + UUID.randomUUID().toString().substring(0, 8) + ".eml");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
