package io.arketic.rag.chat;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code chat_shares}: the groups that a chat is shared with. */
@Component
class ChatShares {

    /** Holds one entry of a chat's list. */
    @Schema(name = "ChatShare")
    record Share(UUID groupId, String accessRight) {}

    private final Transactions transactions;
    private final Identifiers identifiers;

    ChatShares(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    List<Share> list(ChatAccess access) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("SELECT group_id, access_right FROM chat_shares WHERE chat_id = :chat ORDER BY id")
                        .param("chat", access.chat().id())
                        .query((row, number) ->
                                new Share(row.getObject("group_id", UUID.class), row.getString("access_right")))
                        .list());
    }

    /** Replaces the earlier list. Users that joined and whose groups are no longer on it leave the chat. */
    void replace(ChatAccess access, List<Share> shares) {
        access.administering();
        UUID chat = access.chat().id();
        String[] groups =
                shares.stream().map(share -> share.groupId().toString()).toArray(String[]::new);
        transactions.execute(access.membership().context(), sql -> {
            Chats.locked(sql, access).administering();
            requireSharable(sql, chat);
            requireGroups(sql, shares);
            sql.sql("DELETE FROM chat_shares WHERE chat_id = :chat AND group_id <> ALL (CAST(:groups AS uuid[]))")
                    .param("chat", chat)
                    .param("groups", groups)
                    .update();
            for (Share share : shares) {
                sql.sql("""
                                INSERT INTO chat_shares AS s (id, organization_id, chat_id, group_id, access_right)
                                VALUES (:id, :organization, :chat, :group, :right)
                                ON CONFLICT (chat_id, group_id) DO UPDATE SET access_right = excluded.access_right
                                WHERE s.access_right <> excluded.access_right""")
                        .param("id", identifiers.next())
                        .param("organization", access.membership().organizationId())
                        .param("chat", chat)
                        .param("group", share.groupId())
                        .param("right", share.accessRight())
                        .update();
            }
        });
    }

    private static void requireSharable(JdbcClient sql, UUID chat) {
        boolean direct = sql.sql("SELECT chat_type = 'direct' FROM chats WHERE id = :chat")
                .param("chat", chat)
                .query(Boolean.class)
                .single();
        if (direct) {
            throw new ProblemException(
                    ProblemReason.CONFLICT, "A direct chat keeps its participants; start a group instead.");
        }
    }

    private static void requireGroups(JdbcClient sql, List<Share> shares) {
        long known = sql.sql("SELECT count(*) FROM member_groups WHERE id = ANY (CAST(:groups AS uuid[]))")
                .param(
                        "groups",
                        shares.stream().map(share -> share.groupId().toString()).toArray(String[]::new))
                .query(Long.class)
                .single();
        if (known != shares.size()) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT,
                    "shares",
                    "must each name a group of the organization, and none twice");
        }
    }
}
