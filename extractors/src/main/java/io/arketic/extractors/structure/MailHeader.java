package io.arketic.extractors.structure;

import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.assembly.TextAssembler;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tika.metadata.Message;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.Property;
import org.apache.tika.metadata.TikaCoreProperties;
import org.jspecify.annotations.Nullable;

/** Begins the text of an Internet mail with its sender, receivers, date and subject. */
final class MailHeader {

    /** Is the length of a date without its time. */
    private static final int DAY = 10;

    private MailHeader() {}

    /**
     * Writes the header of an Internet mail; Outlook's parser writes its own. The subject, sender and day of both precede
     * the text as the name of the file, so that each citation has them.
     */
    static void write(Metadata metadata, TextAssembler out) {
        String type = metadata.get(Metadata.CONTENT_TYPE);
        boolean internet = type != null && type.startsWith("message/rfc822");
        if (!internet && (type == null || !type.startsWith("application/vnd.ms-outlook"))) {
            return;
        }
        boolean first = out.places().describe(description(metadata)); // a body in HTML begins once more
        if (!internet || !first) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        append(lines, "From", metadata.getValues(Message.MESSAGE_FROM));
        append(lines, "To", metadata.getValues(Message.MESSAGE_TO));
        append(lines, "Cc", metadata.getValues(Message.MESSAGE_CC));
        append(lines, "Date", valuesOf(metadata, TikaCoreProperties.CREATED));
        out.block(BlockType.PARAGRAPH, 0, lines);
    }

    private static String description(Metadata metadata) {
        String subject = metadata.get(TikaCoreProperties.SUBJECT);
        if (subject == null) {
            subject = metadata.get(TikaCoreProperties.TITLE);
        }
        String date = metadata.get(TikaCoreProperties.CREATED);
        String sent = Stream.of(
                        metadata.get(Message.MESSAGE_FROM),
                        date == null ? null : date.substring(0, Math.min(DAY, date.length())))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(", "));
        if (subject == null || subject.isBlank()) {
            return sent;
        }
        return sent.isEmpty() ? subject.strip() : subject.strip() + " (" + sent + ")";
    }

    private static String[] valuesOf(Metadata metadata, Property property) {
        @Nullable String value = metadata.get(property);
        return value == null ? new String[0] : new String[] {value};
    }

    private static void append(StringBuilder lines, String name, String[] values) {
        if (values.length > 0) {
            lines.append(name).append(": ").append(String.join(", ", values)).append('\n');
        }
    }
}
