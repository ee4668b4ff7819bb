package io.arketic.rag.live;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.chat.ChatAccess;
import io.arketic.rag.chat.Chats;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Memberships;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Accesses the table {@code chat_presence}: which users look at which chat through this process, for a minute at a
 * time, so that those of a dead process soon expire. The database notifies the others.
 */
@Component
class Presence {

    private static final Logger log = LoggerFactory.getLogger(Presence.class);

    private final Transactions transactions;
    private final Memberships memberships;
    private final UUID process;

    Presence(Transactions transactions, Memberships memberships, Identifiers identifiers) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.process = identifiers.next();
    }

    /** Records a user's presence; repeating it changes no row. Returns the present users. */
    List<UUID> enter(Caller caller, UUID chatId) {
        return memberships.locate(
                caller,
                "chat",
                chatId,
                (sql, membership) -> Chats.find(sql, chatId).map(chat -> {
                    sql.sql("""
                                    INSERT INTO chat_presence (
                                        organization_id, chat_id, user_id, process_id, present_until)
                                    VALUES (:organization, :chat, :user, :process, now() + interval '1 minute')
                                    ON CONFLICT (chat_id, user_id, process_id) DO UPDATE
                                    SET present_until = excluded.present_until""")
                            .param("organization", membership.organizationId())
                            .param("chat", chatId)
                            .param("user", caller.userId())
                            .param("process", process)
                            .update();
                    return sql.sql("""
                                    SELECT DISTINCT user_id FROM chat_presence
                                    WHERE chat_id = :chat AND present_until > now() ORDER BY 1""").param("chat", chatId).query(UUID.class).list();
                }));
    }

    /** Removes a user's presence, also after the user has lost the chat. */
    void leave(Caller caller, UUID chatId) {
        try {
            transactions.single(sql -> sql.sql("SELECT leave_chat_presence(:process, :chat, :user)")
                    .param("process", process)
                    .param("chat", chatId)
                    .param("user", caller.userId())
                    .query((row, number) -> true)
                    .list());
        } catch (DataAccessException failure) {
            log.debug("A presence that was not removed ends within a minute", failure);
        }
    }

    /** Reports that a user of the chat is writing. */
    void typing(ChatAccess access) {
        transactions.execute(access.sending().membership().context(), sql -> say(sql, "typing", access));
    }

    private static void say(JdbcClient sql, String what, ChatAccess access) {
        sql.sql("SELECT pg_notify('arketic_chat_moment', :payload)")
                .param(
                        "payload",
                        what + " " + access.chat().id() + " "
                                + access.membership().userId())
                .query((row, number) -> true)
                .list();
    }

    @Scheduled(initialDelay = 20, fixedDelay = 20, timeUnit = TimeUnit.SECONDS)
    void renew() {
        try {
            transactions.single(sql -> sql.sql("SELECT renew_chat_presence(:process)")
                    .param("process", process)
                    .query((row, number) -> true)
                    .list());
        } catch (DataAccessException failure) {
            log.warn("Presence could not be renewed, again in 20 seconds: {}", failure.getMessage());
        }
    }
}
