package io.arketic.rag.notification;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.problem.ProblemException;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Accesses the table {@code notifications}. Row-level security shows a user its own. */
@Component
class Notifications {

    /** Limits the count of unread notifications. */
    static final int MOST_COUNTED = 1000;

    private static final TypeReference<Map<String, @Nullable Object>> CONTENT = new TypeReference<>() {};

    /** Hides other organizations from a session of an organization's provider, which counts there only. */
    private static final String SHOWN = """
            (CAST(:provider AS uuid) IS NULL OR organization_id IS NULL
                OR organization_id = provider_organization(:provider))""";

    private final Transactions transactions;
    private final JsonMapper json;

    Notifications(Transactions transactions, JsonMapper json) {
        this.transactions = transactions;
        this.json = json;
    }

    /** Returns the newest first. */
    List<Notification> list(Caller caller, boolean unread, Cursor cursor, int limit) {
        return transactions.run(
                context(caller),
                sql -> sql.sql("""
                        SELECT id, organization_id, kind, content, created_at, read_at
                        FROM notifications
                        WHERE id < :after AND (NOT :unread OR read_at IS NULL) AND\s""" + SHOWN + """
                         ORDER BY id DESC LIMIT :limit""")
                        .param("provider", caller.organizationsProvider(), Types.OTHER)
                        .param("after", cursor.after())
                        .param("unread", unread)
                        .param("limit", limit)
                        .query((row, number) -> notification(row))
                        .list());
    }

    /** Counts to {@link #MOST_COUNTED}. */
    int unread(Caller caller) {
        return transactions.run(
                context(caller),
                sql -> sql.sql("""
                        SELECT count(*) FROM (
                            SELECT FROM notifications WHERE read_at IS NULL AND\s""" + SHOWN + """
                             LIMIT :most) counted""")
                        .param("provider", caller.organizationsProvider(), Types.OTHER)
                        .param("most", MOST_COUNTED)
                        .query(Integer.class)
                        .single());
    }

    /** Marks one read or unread, for all devices of the user; repeating it changes nothing. */
    void mark(Caller caller, UUID id, boolean read) {
        transactions.execute(context(caller), sql -> {
            int found = sql.sql("""
                            UPDATE notifications SET read_at = CASE WHEN :read THEN coalesce(read_at, now()) END
                            WHERE id = :id AND\s""" + SHOWN)
                    .param("id", id)
                    .param("read", read)
                    .param("provider", caller.organizationsProvider(), Types.OTHER)
                    .update();
            if (found == 0) {
                throw ProblemException.notFound("notification");
            }
            signal(sql, caller);
        });
    }

    void markAllRead(Caller caller) {
        transactions.execute(context(caller), sql -> {
            sql.sql("UPDATE notifications SET read_at = now() WHERE read_at IS NULL AND " + SHOWN)
                    .param("provider", caller.organizationsProvider(), Types.OTHER)
                    .update();
            signal(sql, caller);
        });
    }

    private static void signal(JdbcClient sql, Caller caller) {
        sql.sql("SELECT pg_notify('arketic_notification', :user)")
                .param("user", caller.userId().toString())
                .query((row, number) -> true)
                .list();
    }

    private static TenantContext context(Caller caller) {
        return TenantContext.ofUser(caller.userId());
    }

    private Notification notification(ResultSet row) throws SQLException {
        return new Notification(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getString("kind"),
                json.readValue(row.getString("content"), CONTENT),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row.getObject("read_at", OffsetDateTime.class)));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
