package io.arketic.rag.chat;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tables {@code chats}, {@code chat_participants} and {@code chat_knowledge_bases}. */
@Component
class Chats {

    private static final String SELECT = """
            SELECT c.*, ARRAY(
                SELECT b.knowledge_base_id FROM chat_knowledge_bases b WHERE b.chat_id = c.id ORDER BY 1) AS bases
            FROM chats c""";

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Memberships memberships;

    Chats(Transactions transactions, Identifiers identifiers, Memberships memberships) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.memberships = memberships;
    }

    /** The creator becomes its owner. */
    Chat create(
            Membership membership,
            String title,
            @Nullable String aiModel,
            @Nullable String systemPrompt,
            List<KnowledgeBase> knowledgeBases) {
        UUID id = identifiers.next();
        return transactions.run(membership.context(), sql -> {
            sql.sql("""
                            INSERT INTO chats (id, organization_id, creator_id, title, ai_model, system_prompt)
                            VALUES (:id, :organization, :creator, :title, :model, :prompt)""")
                    .param("id", id)
                    .param("organization", membership.organizationId())
                    .param("creator", membership.userId())
                    .param("title", title)
                    .param("model", aiModel)
                    .param("prompt", systemPrompt)
                    .update();
            sql.sql("""
                            INSERT INTO chat_participants (organization_id, chat_id, user_id, role)
                            VALUES (:organization, :chat, :user, 'owner')""")
                    .param("organization", membership.organizationId())
                    .param("chat", id)
                    .param("user", membership.userId())
                    .update();
            for (KnowledgeBase knowledgeBase : knowledgeBases) {
                sql.sql("""
                                INSERT INTO chat_knowledge_bases (organization_id, chat_id, knowledge_base_id)
                                VALUES (:organization, :chat, :base)""")
                        .param("organization", membership.organizationId())
                        .param("chat", id)
                        .param("base", knowledgeBase.id())
                        .update();
            }
            return find(sql, id).orElseThrow();
        });
    }

    /** A chat of others is not found. */
    ChatAccess require(Caller caller, UUID id) {
        return memberships.locate(
                caller, "chat", id, (sql, membership) -> find(sql, id).map(chat -> new ChatAccess(membership, chat)));
    }

    List<Chat> list(Membership membership, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql(SELECT + " WHERE NOT c.is_archived AND c.id < :after ORDER BY c.id DESC LIMIT :limit")
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(Chats::chat)
                        .list());
    }

    private static Optional<Chat> find(JdbcClient sql, UUID id) {
        return sql.sql(SELECT + " WHERE c.id = :id")
                .param("id", id)
                .query(Chats::chat)
                .optional();
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
                row.getBoolean("is_archived"),
                row.getInt("message_count"),
                row.getInt("total_tokens_used"),
                row.getObject("last_activity_at", OffsetDateTime.class).toInstant(),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                List.of((UUID[]) row.getArray("bases").getArray()));
    }
}
