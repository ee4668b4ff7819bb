package io.arketic.rag.letter;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.PublicAddress;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.workflow.DueTask;
import io.arketic.rag.workflow.WorkflowTasks;
import io.arketic.schema.encryption.ColumnEncryption;
import io.arketic.schema.tenancy.TenantContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Delivers a letter. A process that dies between the delivery and its commit lets another one deliver the letter again, under
 * the same Message-ID and with the same link.
 */
@Component
class LetterTask implements DueTask {

    /** Delivers a letter only within this time, for example after a mail server was away. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofDays(1);

    private static final String TABLE = "workflow_letters";

    private record Unsent(
            UUID id,
            UUID userId,
            String address,
            String subject,
            String content,
            boolean asks,
            Instant createdAt,
            @Nullable Instant asksUntil) {

        boolean isTooLate(Instant now) {
            return asksUntil != null && asksUntil.isBefore(now);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(LetterTask.class);

    private final Transactions transactions;
    private final Memberships memberships;
    private final MailQueue mail;
    private final PublicAddress address;
    private final ColumnEncryption encryption;

    LetterTask(
            Transactions transactions,
            Memberships memberships,
            MailQueue mail,
            PublicAddress address,
            ColumnEncryption encryption) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.mail = mail;
        this.address = address;
        this.encryption = encryption;
    }

    @Override
    public String name() {
        return WorkflowTasks.LETTER;
    }

    @Override
    public Optional<Instant> run(UUID organization, UUID id) {
        TenantContext context = TenantContext.ofOrganization(organization);
        Unsent letter = transactions.run(context, sql -> unsent(sql, id)).orElse(null);
        if (letter == null) {
            return Optional.empty();
        }
        boolean reaches = transactions
                .run(context, sql -> memberships.find(sql, organization, letter.userId()))
                .isPresent();
        if (!reaches || letter.isTooLate(Instant.now())) {
            end(context, id);
            return Optional.empty();
        }
        if (letter.createdAt().plus(GIVEN_UP_AFTER).isBefore(Instant.now())) {
            log.error("The letter {} of a workflow could not be delivered for a day and is given up", id);
            end(context, id);
            return Optional.empty();
        }
        SecretToken token = letter.asks() ? link(context, letter) : null;
        if (letter.asks() && token == null) {
            return Optional.empty();
        }
        try {
            mail.sendNow(new Mail(letter.address(), letter.subject(), text(letter, token)), id);
        } catch (IllegalArgumentException permanent) {
            log.error("The letter {} of a workflow can never be delivered and is given up", id, permanent);
        } catch (IOException later) {
            throw new UncheckedIOException(later);
        }
        end(context, id);
        return Optional.empty();
    }

    @Override
    public void abandon(UUID organization, UUID id) {
        end(TenantContext.ofOrganization(organization), id);
    }

    /**
     * Returns the token of the link, which is stored before the first attempt and the same in each; null if another
     * process has ended the letter.
     */
    private @Nullable SecretToken link(TenantContext context, Unsent letter) {
        SecretToken token = SecretToken.random();
        Optional<String> stored = transactions.run(
                context,
                sql -> sql.sql("SELECT link FROM keep_letter_link(:id, :hash, :link) link WHERE link IS NOT NULL")
                        .param("hash", token.hash())
                        .param("link", encryption.encrypt(token.text(), TABLE, letter.id()))
                        .param("id", letter.id())
                        .query(String.class)
                        .optional());
        return stored.map(link -> new SecretToken(encryption.decrypt(link, TABLE, letter.id())))
                .orElse(null);
    }

    private static Optional<Unsent> unsent(JdbcClient sql, UUID id) {
        return sql.sql("""
                        SELECT l.user_id, u.email, l.subject, l.content, l.asks, l.created_at,
                            l.asks_until
                        FROM workflow_letters l JOIN users u ON u.id = l.user_id
                        WHERE l.id = :id AND l.sent_at IS NULL AND l.content IS NOT NULL""")
                .param("id", id)
                .query((row, number) -> new Unsent(
                        id,
                        row.getObject("user_id", UUID.class),
                        String.valueOf(row.getString("email")),
                        String.valueOf(row.getString("subject")),
                        String.valueOf(row.getString("content")),
                        row.getBoolean("asks"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant(),
                        time(row.getObject("asks_until", OffsetDateTime.class))))
                .optional();
    }

    private static @Nullable Instant time(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private String text(Unsent letter, @Nullable SecretToken token) {
        return token == null
                ? letter.content()
                : letter.content() + "\n\nDecide here: " + address.of("/api/v1/approvals/" + token.text())
                        + "\nThe link is yours alone and decides in your name.\n";
    }

    private void end(TenantContext context, UUID id) {
        transactions.execute(
                context,
                sql -> sql.sql(
                                "UPDATE workflow_letters SET sent_at = now(), content = NULL, encrypted_link = NULL WHERE id = :id")
                        .param("id", id)
                        .update());
    }
}
