package io.arketic.rag.live;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.chat.Chat;
import io.arketic.rag.chat.ChatMessage;
import io.arketic.rag.chat.Chats;
import io.arketic.rag.chat.MessageRows;
import io.arketic.rag.chat.Participant;
import io.arketic.rag.chat.Participants;
import io.arketic.rag.organization.Memberships;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads the table {@code chat_events}, which the database writes: numbers follow the order of the commits, without
 * gaps.
 */
@Component
class EventLog {

    /** Begins at the present, for a reader without earlier events. */
    static final long NOW = -1;

    /**
     * Holds the events after a number.
     *
     * @param last the number that a reader has when it has read {@code events}
     * @param resync events between the number and these are no longer stored: read the chat again
     */
    record Batch(List<ChatEvent> events, long last, boolean resync, boolean more) {}

    private record Row(long number, String kind, @Nullable UUID subject, Instant occurredAt) {}

    private record Kept(long first, long last) {}

    private final Memberships memberships;

    EventLog(Memberships memberships) {
        this.memberships = memberships;
    }

    /**
     * Returns the events that the caller may see now, in one transaction, which fails if the caller has lost the chat.
     */
    Batch after(Caller caller, UUID chatId, long after, int limit) {
        return memberships.locate(
                caller,
                "chat",
                chatId,
                (sql, membership) -> Chats.find(sql, chatId).map(chat -> read(sql, chat, after, limit)));
    }

    private static Batch read(JdbcClient sql, Chat chat, long after, int limit) {
        Kept kept = sql.sql("""
                        SELECT coalesce(min(number), 1) AS first, coalesce(max(number), 0) AS last
                        FROM chat_events WHERE chat_id = :chat""")
                .param("chat", chat.id())
                .query((row, number) -> new Kept(row.getLong("first"), row.getLong("last")))
                .single();
        if (after == NOW) {
            return new Batch(List.of(), kept.last(), false, false);
        }
        if (after < kept.first() - 1 || after > kept.last()) {
            return new Batch(List.of(), kept.last(), true, false);
        }
        List<Row> rows = sql.sql("""
                        SELECT number, kind, subject_id, occurred_at FROM chat_events
                        WHERE chat_id = :chat AND number > :after ORDER BY number LIMIT :limit""")
                .param("chat", chat.id())
                .param("after", after)
                .param("limit", limit)
                .query((row, number) -> new Row(
                        row.getLong("number"),
                        row.getString("kind"),
                        row.getObject("subject_id", UUID.class),
                        row.getObject("occurred_at", OffsetDateTime.class).toInstant()))
                .list();
        if (rows.isEmpty()) {
            return new Batch(List.of(), after, false, false);
        }
        List<UUID> subjects = rows.stream()
                .map(Row::subject)
                .filter(subject -> subject != null)
                .distinct()
                .toList();
        Map<UUID, ChatMessage> messages =
                subjects.isEmpty() ? Map.of() : byId(MessageRows.all(sql, chat.id(), subjects), ChatMessage::id);
        Map<UUID, Participant> participants =
                subjects.isEmpty() ? Map.of() : byId(Participants.all(sql, chat.id(), subjects), Participant::id);
        List<ChatEvent> events = rows.stream()
                .map(row -> new ChatEvent(
                        row.number(),
                        row.kind(),
                        row.occurredAt(),
                        row.subject() == null ? null : messages.get(row.subject()),
                        row.subject() == null ? null : participants.get(row.subject()),
                        row.kind().equals("chat") ? chat : null))
                .toList();
        return new Batch(events, rows.get(rows.size() - 1).number(), false, rows.size() == limit);
    }

    private static <T> Map<UUID, T> byId(List<T> rows, Function<T, UUID> id) {
        return rows.stream().collect(Collectors.toMap(id, Function.identity()));
    }
}
