package io.arketic.rag.notification;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.work.BackgroundTask;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Mails users what they have not read, as they asked for it. One transaction claims the notifications and queues their
 * mail, so exactly one mail tells of each, also with several processes or after a crash.
 */
@Component
class NotificationMails implements BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(NotificationMails.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private record Due(UUID userId, String email, String language, String timezone, String settings, Instant oldest) {}

    /** Holds what a mail tells of one notification. */
    record Told(String kind, JsonNode content, @Nullable String organization, Instant at) {}

    private final Transactions transactions;
    private final MailQueue queue;
    private final MailSwitch switches;
    private final JsonMapper json;
    private final Clock clock;

    NotificationMails(
            MaintenanceDatabase maintenance, MailQueue queue, MailSwitch switches, JsonMapper json, Clock clock) {
        this.transactions = maintenance.transactions();
        this.queue = queue;
        this.switches = switches;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "notification-mails";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    /**
     * Queues one mail for each user whose time has come.
     *
     * @throws IllegalStateException when not one could be queued; failures of single users are logged
     */
    @Override
    public void run() {
        Instant now = clock.instant();
        int failed = 0;
        List<Due> all = due();
        for (Due due : all) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            failed += queued(due, now) ? 0 : 1;
        }
        if (failed > 0 && failed == all.size()) {
            throw new IllegalStateException("The notifications of all " + failed + " users were not mailed");
        }
    }

    private List<Due> due() {
        return transactions.single(sql -> sql.sql("SELECT * FROM notification_mails_due()")
                .query((row, number) -> new Due(
                        row.getObject("user_id", UUID.class),
                        row.getString("email"),
                        row.getString("language"),
                        row.getString("timezone"),
                        row.getString("settings"),
                        row.getObject("oldest", OffsetDateTime.class).toInstant()))
                .list());
    }

    /** Returns false after a failure, which delays no other user. */
    private boolean queued(Due due, Instant now) {
        try {
            MailWish wish = MailWish.of(json.readTree(due.settings()), due.timezone());
            if (wish.due(due.oldest(), now)) {
                transactions.execute(TenantContext.NONE, sql -> queue(sql, due, wish));
            }
            return true;
        } catch (RuntimeException | Error failure) {
            log.warn("The notifications of user {} were not mailed and are tried again", due.userId(), failure);
            return false;
        }
    }

    private void queue(JdbcClient sql, Due due, MailWish wish) {
        List<Told> told = sql.sql("SELECT * FROM claim_notification_mail(:user)")
                .param("user", due.userId())
                .query((row, number) -> new Told(
                        row.getString("kind"),
                        json.readTree(row.getString("content")),
                        row.getString("organization"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()))
                .list();
        if (!told.isEmpty()) {
            Digest digest = new Digest(due.language(), wish.zone());
            String unsubscribe = switches.address(due.userId());
            queue.sendByMaintenance(
                    sql,
                    new Mail(due.email(), digest.subject(told.size()), digest.text(told, unsubscribe))
                            .unsubscribedAt(unsubscribe));
        }
    }
}
