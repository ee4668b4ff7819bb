package io.arketic.rag.notification;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailQueue;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Mails users what they have not read, as they asked for it. A notification is claimed before its mail is sent, so no two
 * mails tell of it, also of several processes. A process that ends in between sends none: the API still shows it.
 */
@Component
class NotificationMails {

    private static final Logger log = LoggerFactory.getLogger(NotificationMails.class);

    private record Due(UUID userId, String email, String language, MailWish wish, Instant oldest) {}

    /** Is what a mail tells of one notification. */
    record Told(String kind, JsonNode content, @Nullable String organization, Instant at) {}

    private final Transactions transactions;
    private final MailQueue queue;
    private final JsonMapper json;
    private final Clock clock;

    NotificationMails(MaintenanceDatabase maintenance, MailQueue queue, JsonMapper json, Clock clock) {
        this.transactions = maintenance.transactions();
        this.queue = queue;
        this.json = json;
        this.clock = clock;
    }

    /** Sends one mail to each user whose time has come. */
    @Scheduled(initialDelay = 10, fixedDelay = 10, timeUnit = TimeUnit.SECONDS)
    void run() {
        try {
            Instant now = clock.instant();
            due().stream().filter(due -> due.wish().due(due.oldest(), now)).forEach(this::send);
        } catch (DataAccessException failure) {
            log.warn("Mails of notifications were not sent, again in ten seconds", failure);
        }
    }

    private List<Due> due() {
        return transactions.single(sql -> sql.sql("SELECT * FROM notification_mails_due()")
                .query((row, number) -> new Due(
                        row.getObject("user_id", UUID.class),
                        row.getString("email"),
                        row.getString("language"),
                        MailWish.of(json.readTree(row.getString("settings")), row.getString("timezone")),
                        row.getObject("oldest", OffsetDateTime.class).toInstant()))
                .list());
    }

    private void send(Due due) {
        List<Told> told = transactions.single(sql -> sql.sql("SELECT * FROM claim_notification_mail(:user)")
                .param("user", due.userId())
                .query((row, number) -> new Told(
                        row.getString("kind"),
                        json.readTree(row.getString("content")),
                        row.getString("organization"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()))
                .list());
        if (!told.isEmpty()) {
            Digest digest = new Digest(due.language(), due.wish().zone());
            queue.send(new Mail(due.email(), digest.subject(told.size()), digest.text(told)));
        }
    }
}
