package io.arketic.rag.mail;

import io.arketic.rag.work.WorkSchedule;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Queues messages in the database, so that they survive their process; {@link MailDelivery} sends them. A message may
 * arrive twice after a crash.
 */
@Component
public class MailQueue {

    private final MailProperties settings;
    private final WaitingMails waiting;
    private final WorkSchedule schedule;
    private final MailSender sender;

    MailQueue(MailProperties settings, WaitingMails waiting, WorkSchedule schedule, MailSender sender) {
        this.settings = settings;
        this.waiting = waiting;
        this.schedule = schedule;
        this.sender = sender;
    }

    /** Queues a message. */
    public void send(Mail mail) {
        add(MailOrder.of(mail));
    }

    /**
     * Queues a message that a {@link MailComposer} makes later from {@code values}. So the response time does not reveal
     * whether there is a recipient.
     */
    public void sendComposed(String kind, Map<String, String> values) {
        add(new MailOrder(kind, values));
    }

    private void add(MailOrder order) {
        waiting.add(order);
        schedule.wake(MailDelivery.NAME);
    }

    /**
     * Sends a message on the caller's thread.
     *
     * @param id of the message: a server or reader that gets it twice recognizes it
     * @throws IOException when it was not taken over; then it may be tried again
     * @throws IllegalArgumentException when no mail can go to the address
     */
    public void sendNow(Mail mail, UUID id) throws IOException {
        try {
            sender.send(mail, id);
        } catch (AddressException permanent) {
            throw new IllegalArgumentException("no mail can go to the address", permanent);
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
