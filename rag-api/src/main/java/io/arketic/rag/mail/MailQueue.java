package io.arketic.rag.mail;

import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.AddressException;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Queues messages in the database, in the transaction of their cause, and sends those whose delivery the caller stores
 * itself. {@link MailDelivery} sends the queue; after a crash a message may arrive twice, under the same Message-ID.
 */
@Component
public class MailQueue {

    private final MailProperties settings;
    private final WaitingMails waiting;
    private final MailSender sender;
    private final Transactions transactions;

    MailQueue(MailProperties settings, WaitingMails waiting, MailSender sender, Transactions transactions) {
        this.settings = settings;
        this.waiting = waiting;
        this.sender = sender;
        this.transactions = transactions;
    }

    /** Queues a message; it is sent if the transaction of {@code sql} commits. */
    public void send(JdbcClient sql, Mail mail) {
        waiting.add(sql, MailOrder.of(mail));
    }

    /** Queues a message like {@link #send}, in a transaction of the maintenance role; it is sent within seconds. */
    public void sendByMaintenance(JdbcClient sql, Mail mail) {
        waiting.addByMaintenance(sql, MailOrder.of(mail));
    }

    /**
     * Queues a message that a {@link MailComposer} makes later from {@code values}; it is sent if the transaction of
     * {@code sql} commits. So the response time does not reveal whether there is a recipient.
     */
    public void sendComposed(JdbcClient sql, String kind, Map<String, String> values) {
        waiting.add(sql, new MailOrder(kind, values));
    }

    /** Queues a composed message whose only cause is the request itself. */
    public void sendComposed(String kind, Map<String, String> values) {
        transactions.execute(TenantContext.NONE, sql -> sendComposed(sql, kind, values));
    }

    /**
     * Sends a message on the caller's thread.
     *
     * @param id of the message: a server or reader that gets it twice recognizes it
     * @throws IOException when it was not taken over; then it may be tried again
     * @throws IllegalArgumentException when no mail can go to the address, or the server refuses the message for good
     */
    public void sendNow(Mail mail, UUID id) throws IOException {
        try {
            sender.send(mail, id);
        } catch (AddressException | SendFailedException permanent) {
            throw new IllegalArgumentException("the message can never be delivered", permanent);
        } catch (MessagingException failure) {
            throw new IOException("the message was not sent", failure);
        }
    }

    /** Returns whether messages leave this machine, and are not only files. */
    public boolean reachesPeople() {
        return settings.hasSmtp();
    }

    /** Returns the lines that explain the use of {@code token}: at a page of the front end if one is set. */
    public String instructions(String page, String token) {
        return settings.instructions(page, token);
    }
}
