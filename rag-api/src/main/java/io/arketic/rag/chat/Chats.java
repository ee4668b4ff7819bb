package io.arketic.rag.chat;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the tables {@code chats} and {@code chat_knowledge_bases}. */
@Component
public class Chats {

    /** Selects chats; row-level security shows the caller's own chats and the organization's channels. */
    private static final String SELECT = """
            SELECT c.*, ARRAY(
                    SELECT b.knowledge_base_id FROM chat_knowledge_bases b WHERE b.chat_id = c.id ORDER BY 1) AS bases,
                p.id AS participant_id, p.role AS participant_role,
                p.can_send_messages AND (NOT p.joined OR c.id = ANY ((SELECT granted_chats('edit'))::uuid[])) AS can_send_messages,
                p.can_upload_files AND (NOT p.joined OR c.id = ANY ((SELECT granted_chats('edit'))::uuid[])) AS can_upload_files,
                p.is_muted, p.last_read_message_id, (
                    SELECT count(*) FROM (
                        SELECT FROM chat_messages m
                        WHERE m.chat_id = c.id AND m.id > coalesce(p.last_read_message_id, uuid_v7_floor(p.joined_at))
                          AND m.sender_id IS DISTINCT FROM p.user_id AND NOT m.is_deleted
                        LIMIT 1000) unread) AS unread
            FROM chats c
            LEFT JOIN chat_participants p ON p.chat_id = c.id AND p.user_id = current_user_id() AND p.is_active""";

    private static final String FIND = SELECT + " WHERE c.id = ?";

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Memberships memberships;

    Chats(Transactions transactions, Identifiers identifiers, Memberships memberships) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.memberships = memberships;
    }

    /**
     * Creates a chat of which the caller is the owner. If the same two users already have a direct chat, it returns
     * that one.
     */
    Chat create(Membership membership, ChatDraft draft) {
        UUID id = identifiers.next();
        String pair = pair(membership, draft);
        return transactions.run(membership.context(), sql -> {
            Participants.requireMembers(sql, membership, draft.others(), "participant_ids");
            int made = sql.sql("""
                            INSERT INTO chats (
                                id, organization_id, creator_id, title, chat_type, direct_pair, ai_model, system_prompt,
                                temperature, enable_ai_responses, knowledge_scope)
                            VALUES (
                                :id, :organization, :creator, :title, CAST(:type AS chat_type), :pair, :model, :prompt,
                                :temperature, :answers, :scope)
                            ON CONFLICT DO NOTHING""")
                    .param("id", id)
                    .param("organization", membership.organizationId())
                    .param("creator", membership.userId())
                    .param("title", draft.title())
                    .param("type", draft.chatType())
                    .param("pair", pair)
                    .param("model", draft.aiModel())
                    .param("prompt", draft.systemPrompt())
                    .param("temperature", draft.temperature())
                    .param("answers", draft.enableAiResponses())
                    .param("scope", draft.knowledgeScope())
                    .update();
            if (made == 0) {
                return sql.sql(SELECT + " WHERE c.direct_pair = :pair")
                        .param("pair", pair)
                        .query(Chats::chat)
                        .single();
            }
            Participants.found(sql, membership, id, draft.others());
            attach(sql, membership, id, draft.knowledgeBases());
            return find(sql, id).orElseThrow();
        });
    }

    /** Finds a chat; one that the caller cannot see is not found. */
    public ChatAccess require(Caller caller, UUID id) {
        return memberships.locate(caller, "chat", id, FIND, Chats::chat, ChatAccess::new);
    }

    /** Returns the newest first. */
    List<Chat> list(Membership membership, @Nullable String chatType, boolean archived, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql(SELECT + """
                         WHERE c.is_archived = :archived AND c.id < :after
                          AND (CAST(:type AS chat_type) IS NULL OR c.chat_type = CAST(:type AS chat_type))
                        ORDER BY c.id DESC LIMIT :limit""")
                        .param("archived", archived)
                        .param("after", cursor.after())
                        .param("type", chatType)
                        .param("limit", limit)
                        .query(Chats::chat)
                        .list());
    }

    /** Changes the chat; fails if it is no longer that of {@code basis}. */
    Chat change(ChatAccess access, EntityTag basis, ChatSettings settings) {
        UUID id = access.administering().chat().id();
        return transactions.run(access.membership().context(), sql -> {
            basis.mustMatch(locked(sql, access).administering().chat().updatedAt());
            sql.sql("""
                            UPDATE chats
                            SET title = coalesce(:title, title),
                                ai_model = nullif(coalesce(:model, ai_model), ''),
                                system_prompt = nullif(coalesce(:prompt, system_prompt), ''),
                                temperature = coalesce(:temperature, temperature),
                                enable_ai_responses = coalesce(:answers, enable_ai_responses),
                                is_archived = coalesce(:archived, is_archived),
                                knowledge_scope = coalesce(:scope, knowledge_scope)
                            WHERE id = :id""")
                    .param("id", id)
                    .param("title", settings.title())
                    .param("model", settings.aiModel())
                    .param("prompt", settings.systemPrompt())
                    .param("temperature", settings.temperature())
                    .param("answers", settings.enableAiResponses())
                    .param("archived", settings.isArchived())
                    .param("scope", settings.knowledgeScope())
                    .update();
            if (settings.knowledgeBases() != null) {
                sql.sql("DELETE FROM chat_knowledge_bases WHERE chat_id = :id")
                        .param("id", id)
                        .update();
                attach(sql, access.membership(), id, settings.knowledgeBases());
            }
            return find(sql, id).orElseThrow();
        });
    }

    /** Deletes the chat with its messages for good. Answers in progress are not charged. */
    void delete(ChatAccess access) {
        UUID id = access.owning().chat().id();
        transactions.execute(access.membership().context(), sql -> {
            locked(sql, access).owning();
            sql.sql("DELETE FROM chats WHERE id = :id").param("id", id).update();
        });
    }

    /**
     * Locks and returns a chat's row, everywhere before those of its participants and messages. Earlier reads may be
     * outdated: check rights on what this returns.
     */
    static ChatAccess locked(JdbcClient sql, ChatAccess access) {
        UUID id = access.chat().id();
        sql.sql("SELECT id FROM chats WHERE id = :id FOR NO KEY UPDATE")
                .param("id", id)
                .query(UUID.class)
                .list();
        return new ChatAccess(
                Memberships.now(sql, access.membership()),
                find(sql, id).orElseThrow(() -> ProblemException.notFound("chat")));
    }

    private static void attach(JdbcClient sql, Membership membership, UUID chat, List<KnowledgeBase> knowledgeBases) {
        for (KnowledgeBase knowledgeBase : knowledgeBases) {
            sql.sql("""
                            INSERT INTO chat_knowledge_bases (organization_id, chat_id, knowledge_base_id)
                            VALUES (:organization, :chat, :base)""")
                    .param("organization", membership.organizationId())
                    .param("chat", chat)
                    .param("base", knowledgeBase.id())
                    .update();
        }
    }

    private static @Nullable String pair(Membership membership, ChatDraft draft) {
        return draft.chatType().equals(Chat.DIRECT) && !draft.others().isEmpty()
                ? Stream.concat(Stream.of(membership.userId()), draft.others().stream())
                        .map(UUID::toString)
                        .sorted()
                        .collect(Collectors.joining(":"))
                : null;
    }

    public static Optional<Chat> find(JdbcClient sql, UUID id) {
        return sql.sql(FIND).param(id).query(Chats::chat).optional();
    }

    private static Chat chat(ResultSet row, int number) throws SQLException {
        return new Chat(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("creator_id", UUID.class),
                row.getString("title"),
                row.getString("chat_type"),
                row.getString("ai_model"),
                row.getString("system_prompt"),
                row.getDouble("temperature"),
                row.getBoolean("enable_ai_responses"),
                row.getBoolean("is_archived"),
                row.getInt("message_count"),
                row.getInt("total_tokens_used"),
                row.getObject("last_activity_at", OffsetDateTime.class).toInstant(),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getString("knowledge_scope"),
                List.of((UUID[]) row.getArray("bases").getArray()),
                participation(row));
    }

    private static @Nullable Participation participation(ResultSet row) throws SQLException {
        UUID id = row.getObject("participant_id", UUID.class);
        return id == null
                ? null
                : new Participation(
                        id,
                        row.getString("participant_role"),
                        row.getBoolean("can_send_messages"),
                        row.getBoolean("can_upload_files"),
                        row.getBoolean("is_muted"),
                        row.getObject("last_read_message_id", UUID.class),
                        row.getInt("unread"));
    }
}
