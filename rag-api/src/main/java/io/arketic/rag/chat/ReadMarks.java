package io.arketic.rag.chat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Holds how far the participants of chats have read, for the status of messages. */
record ReadMarks(List<Mark> marks) {

    private static final String SENT = "sent";

    /** @param last the newest message that the participant has read */
    record Mark(
            UUID chatId,
            UUID userId,
            Instant joinedAt,
            @Nullable UUID last) {

        /** Compares as the database does; ids grow with time. */
        private boolean covers(UUID message) {
            return last != null && last.toString().compareTo(message.toString()) >= 0;
        }
    }

    ReadMarks {
        marks = List.copyOf(marks);
    }

    static ReadMarks of(JdbcClient sql, List<ChatMessage> messages) {
        return new ReadMarks(sql.sql("""
                        SELECT chat_id, user_id, joined_at, last_read_message_id
                        FROM chat_participants WHERE chat_id IN (:chats) AND is_active""")
                .param(
                        "chats",
                        messages.stream().map(ChatMessage::chatId).distinct().toList())
                .query((row, number) -> new Mark(
                        row.getObject("chat_id", UUID.class),
                        row.getObject("user_id", UUID.class),
                        row.getObject("joined_at", OffsetDateTime.class).toInstant(),
                        row.getObject("last_read_message_id", UUID.class)))
                .list());
    }

    /** Returns the stored status of answers and of messages without another participant. */
    String status(ChatMessage message) {
        if (message.senderId() == null || !message.status().equals(SENT)) {
            return message.status();
        }
        List<Mark> others = marks.stream()
                .filter(mark -> mark.chatId().equals(message.chatId())
                        && !mark.userId().equals(message.senderId())
                        && !mark.joinedAt().isAfter(message.createdAt()))
                .toList();
        long read = others.stream().filter(mark -> mark.covers(message.id())).count();
        return read == 0 ? SENT : read == others.size() ? "read" : "delivered";
    }
}
