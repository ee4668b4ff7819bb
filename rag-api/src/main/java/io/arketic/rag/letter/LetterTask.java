package io.arketic.rag.letter;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.PublicAddress;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.workflow.DueTask;
import io.arketic.rag.workflow.WorkflowTasks;
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
 * the same Message-ID.
 */
@Component
class LetterTask implements DueTask {

    /** Delivers a letter only within this time, for example after a mail server was away. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofDays(1);

    private record Unsent(
            UUID userId, String address, String subject, String content, boolean asks, Instant createdAt) {}

    private static final Logger log = LoggerFactory.getLogger(LetterTask.class);

    private final Transactions transactions;
    private final Memberships memberships;
    private final MailQueue mail;
    private final PublicAddress address;

    LetterTask(Transactions transactions, Memberships memberships, MailQueue mail, PublicAddress address) {
        this.transactions = transactions;
        this.memberships = memberships;
        this.mail = mail;
        this.address = address;
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
        if (!reaches) {
            end(context, id);
            return Optional.empty();
        }
        if (letter.createdAt().plus(GIVEN_UP_AFTER).isBefore(Instant.now())) {
            log.error("The letter {} of a workflow could not be delivered for a day and is given up", id);
            end(context, id);
            return Optional.empty();
        }
        SecretToken token = letter.asks() ? SecretToken.random() : null;
        if (token != null) {
            transactions.execute(
                    context,
                    sql -> sql.sql("UPDATE workflow_letters SET token_hash = :hash WHERE id = :id")
                            .param("hash", token.hash())
                            .param("id", id)
                            .update());
        }
        try {
            mail.sendNow(new Mail(letter.address(), letter.subject(), text(letter, token)), id);
        } catch (IllegalArgumentException permanent) {
            log.error("The letter {} of a workflow has an address that no mail can go to", id, permanent);
        } catch (IOException later) {
            throw new UncheckedIOException(later);
        }
        end(context, id);
        return Optional.empty();
    }

    private static Optional<Unsent> unsent(JdbcClient sql, UUID id) {
        return sql.sql("""
                        SELECT l.user_id, u.email, l.subject, l.content, l.asks, l.created_at
                        FROM workflow_letters l JOIN users u ON u.id = l.user_id
                        WHERE l.id = :id AND l.sent_at IS NULL AND l.content IS NOT NULL""")
                .param("id", id)
                .query((row, number) -> new Unsent(
                        row.getObject("user_id", UUID.class),
                        String.valueOf(row.getString("email")),
                        String.valueOf(row.getString("subject")),
                        String.valueOf(row.getString("content")),
                        row.getBoolean("asks"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()))
                .optional();
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
                sql -> sql.sql("UPDATE workflow_letters SET sent_at = now(), content = NULL WHERE id = :id")
                        .param("id", id)
                        .update());
    }
}
