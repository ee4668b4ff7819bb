package io.arketic.rag.chat;

import io.arketic.rag.answer.Question.Turn;
import io.arketic.rag.bulkhead.WordSearches;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.AiWork;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code chat_messages}. */
@Component
class Messages {

    /** Is how many earlier turns a model sees. */
    static final int EARLIER = 10;

    private record Said(
            boolean fromUser, String text, @Nullable UUID sender, String name) {}

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final AiAllowance allowance;
    private final Memberships memberships;
    private final WordSearches searches;

    Messages(
            Transactions transactions,
            Identifiers identifiers,
            AiAllowance allowance,
            Memberships memberships,
            WordSearches searches) {
        this.searches = searches;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.allowance = allowance;
        this.memberships = memberships;
    }

    /** Stores a user's question and counts it as an AI request, in one commit. */
    void addQuestion(OpenQuestion question, AiWork work, String content, @Nullable UUID replyTo) {
        ChatAccess access = question.access();
        allowance.charged(access.membership(), work, sql -> {
            insert(sql, access, question.messageId(), content, replyTo);
            OpenQuestions.open(sql, question);
            return question;
        });
    }

    /** Counts another AI request for an existing message. */
    ChatMessage recharge(OpenQuestion question, AiWork work) {
        return allowance.charged(question.access().membership(), work, sql -> {
            Chats.locked(sql, question.access()).sending();
            ChatMessage asked = MessageRows.find(sql, question.messageId())
                    .filter(message -> !message.isDeleted())
                    .orElseThrow(() -> ProblemException.notFound("message any longer"));
            OpenQuestions.open(sql, question);
            return asked;
        });
    }

    /** Estimates an answer with what the database says of its asker's keys. */
    AiWork work(ChatAccess access, Function<JdbcClient, AiWork> estimate) {
        return transactions.run(access.membership().context(), estimate::apply);
    }

    /** Stores a user's message to the other participants, without an answer. */
    ChatMessage add(ChatAccess access, String content, @Nullable UUID replyTo) {
        UUID id = identifiers.next();
        return transactions.run(access.membership().context(), sql -> {
            insert(sql, access, id, content, replyTo);
            return MessageRows.one(sql, id);
        });
    }

    static void insert(JdbcClient sql, ChatAccess access, UUID id, String content, @Nullable UUID replyTo) {
        Chats.locked(sql, access).sending();
        if (replyTo != null && !holds(sql, access, replyTo)) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "reply_to_id", "must be of a message in this chat");
        }
        sql.sql("""
                        INSERT INTO chat_messages (
                            id, organization_id, chat_id, sender_id, reply_to_id, message_type, content)
                        VALUES (:id, :organization, :chat, :sender, :reply, 'user', :content)""")
                .param("id", id)
                .param("organization", access.membership().organizationId())
                .param("chat", access.chat().id())
                .param("sender", access.membership().userId())
                .param("reply", replyTo)
                .param("content", content)
                .update();
    }

    /**
     * Returns the last turns before a message, the oldest first: of several answers to one message the latest, with the
     * speaker if several users wrote.
     */
    List<Turn> before(ChatAccess access, UUID message) {
        List<Said> said = new ArrayList<>(transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT m.message_type = 'user' AS from_user, m.content, m.sender_id,
                               coalesce(concat_ws(' ', u.first_name, u.last_name), '') AS name
                        FROM chat_messages m LEFT JOIN users u ON u.id = m.sender_id
                        WHERE m.chat_id = :chat AND m.id < :message AND m.message_type IN ('user', 'ai')
                          AND NOT m.is_deleted AND m.status <> 'failed'
                          AND (m.message_type = 'user' OR NOT EXISTS (
                              SELECT FROM chat_messages later
                              WHERE later.chat_id = m.chat_id AND later.reply_to_id = m.reply_to_id
                                AND later.message_type = 'ai' AND later.status <> 'failed' AND NOT later.is_deleted
                                AND later.id > m.id))
                        ORDER BY m.id DESC LIMIT :limit""")
                        .param("chat", access.chat().id())
                        .param("message", message)
                        .param("limit", EARLIER)
                        .query((row, number) -> new Said(
                                row.getBoolean("from_user"),
                                row.getString("content"),
                                row.getObject("sender_id", UUID.class),
                                row.getString("name")))
                        .list()));
        Collections.reverse(said);
        boolean several = said.stream()
                        .filter(Said::fromUser)
                        .map(Said::sender)
                        .distinct()
                        .count()
                > 1;
        return said.stream()
                .map(turn -> new Turn(
                        turn.fromUser(),
                        turn.text(),
                        several && turn.fromUser() ? turn.name().replaceAll("[:\\p{Cntrl}]", " ") : null))
                .toList();
    }

    /** Returns the newest first, with their citations. */
    List<ChatMessage> list(ChatAccess access, Cursor cursor, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> MessageRows.whole(
                        sql,
                        sql.sql("""
                                        SELECT * FROM chat_messages WHERE chat_id = :chat AND id < :after AND NOT is_deleted
                                        ORDER BY id DESC LIMIT :limit""")
                                .param("chat", access.chat().id())
                                .param("after", cursor.after())
                                .param("limit", limit)
                                .query(MessageRows::bare)
                                .list()));
    }

    /** Searches all chats that the member may see; returns the newest first, with their citations. */
    List<ChatMessage> search(Membership membership, String words, Cursor cursor, int limit) {
        return searches.find(
                membership.organizationId(),
                () -> transactions.run(
                        membership.context(),
                        sql -> MessageRows.whole(
                                sql,
                                sql.sql("""
                                        SELECT m.* FROM search_chat_messages(:words, :limit, :after) f
                                        JOIN chat_messages m ON m.id = f.id ORDER BY m.id DESC""")
                                        .param("words", words)
                                        .param("limit", limit)
                                        .param("after", cursor.after())
                                        .query(MessageRows::bare)
                                        .list())));
    }

    /**
     * Finds a message. It is not found unless the caller can see the chat; a deleted message is returned without
     * content.
     */
    MessageAccess require(Caller caller, UUID id) {
        return memberships.locate(
                caller,
                "message",
                id,
                (sql, membership) -> MessageRows.find(sql, id)
                        .flatMap(message -> Chats.find(sql, message.chatId())
                                .map(chat -> new MessageAccess(
                                        new ChatAccess(membership, chat),
                                        message,
                                        askedBy(sql, message.replyToId())))));
    }

    private static @Nullable UUID askedBy(JdbcClient sql, @Nullable UUID question) {
        return question == null
                ? null
                : MessageRows.find(sql, question).map(ChatMessage::senderId).orElse(null);
    }

    /** Edits a message; fails if it is no longer that of {@code basis}. */
    ChatMessage edit(MessageAccess access, EntityTag basis, String content) {
        UUID id = access.editing().message().id();
        return transactions.run(access.chat().membership().context(), sql -> {
            ChatAccess now = Chats.locked(sql, access.chat());
            ChatMessage message = MessageRows.find(sql, id).orElseThrow(() -> ProblemException.notFound("message"));
            new MessageAccess(now, message, access.askedBy()).editing();
            basis.mustMatch(message.updatedAt());
            sql.sql("""
                            UPDATE chat_messages SET content = :content, is_edited = true
                            WHERE id = :id AND NOT is_deleted AND content <> :content""").param("content", content).param("id", id).update();
            return MessageRows.one(sql, id);
        });
    }

    /** Removes content, file and quotes of a message; the message itself stays. */
    void delete(MessageAccess access) {
        UUID id = access.deleting().message().id();
        transactions.execute(access.chat().membership().context(), sql -> {
            ChatAccess now = Chats.locked(sql, access.chat());
            new MessageAccess(now, access.message(), access.askedBy()).deleting();
            sql.sql("DELETE FROM chat_files WHERE message_id = :id")
                    .param("id", id)
                    .update();
            sql.sql("UPDATE chat_messages SET content = '', is_deleted = true WHERE id = :id AND NOT is_deleted")
                    .param("id", id)
                    .update();
        });
    }

    /** Moves the caller's read mark, but never back. */
    Participation markRead(ChatAccess access, UUID message) {
        return transactions.run(access.takingPart().membership().context(), sql -> {
            Chats.locked(sql, access).takingPart();
            if (!everHeld(sql, access, message)) {
                throw ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "last_read_message_id", "must be of a message in this chat");
            }
            sql.sql("""
                            UPDATE chat_participants SET last_read_message_id = :message
                            WHERE chat_id = :chat AND user_id = :user
                              AND (last_read_message_id IS NULL OR last_read_message_id < :message)""")
                    .param("message", message)
                    .param("chat", access.chat().id())
                    .param("user", access.membership().userId())
                    .update();
            return Optional.ofNullable(
                            Chats.find(sql, access.chat().id()).orElseThrow().participation())
                    .orElseThrow(() -> ProblemException.notFound("chat"));
        });
    }

    private static boolean holds(JdbcClient sql, ChatAccess access, UUID message) {
        return sql.sql(
                        "SELECT EXISTS (SELECT FROM chat_messages WHERE id = :id AND chat_id = :chat AND NOT is_deleted)")
                .param("id", message)
                .param("chat", access.chat().id())
                .query(Boolean.class)
                .single();
    }

    /** Returns whether the chat ever held the message; a deleted one counts, because the reader saw it. */
    private static boolean everHeld(JdbcClient sql, ChatAccess access, UUID message) {
        return sql.sql("SELECT EXISTS (SELECT FROM chat_messages WHERE id = :id AND chat_id = :chat)")
                .param("id", message)
                .param("chat", access.chat().id())
                .query(Boolean.class)
                .single();
    }
}
