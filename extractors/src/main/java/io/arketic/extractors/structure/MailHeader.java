package io.arketic.extractors.structure;

import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.assembly.TextAssembler;
import org.apache.tika.metadata.Message;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.Property;
import org.apache.tika.metadata.TikaCoreProperties;
import org.jspecify.annotations.Nullable;

/** Begins the text of an Internet mail with its sender, receivers, date and subject. */
final class MailHeader {

    private MailHeader() {}

    /** Writes the header of an Internet mail; Outlook's parser writes its own. */
    static void write(Metadata metadata, TextAssembler out) {
        String type = metadata.get(Metadata.CONTENT_TYPE);
        if (type == null || !type.startsWith("message/rfc822")) {
            return;
        }
        String subject = metadata.get(TikaCoreProperties.SUBJECT);
        if (subject == null) {
            subject = metadata.get(TikaCoreProperties.TITLE);
        }
        if (subject != null) {
            out.block(BlockType.HEADING, 1, subject);
        }
        StringBuilder lines = new StringBuilder();
        append(lines, "From", metadata.getValues(Message.MESSAGE_FROM));
        append(lines, "To", metadata.getValues(Message.MESSAGE_TO));
        append(lines, "Cc", metadata.getValues(Message.MESSAGE_CC));
        append(lines, "Date", valuesOf(metadata, TikaCoreProperties.CREATED));
        out.block(BlockType.PARAGRAPH, 0, lines);
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
