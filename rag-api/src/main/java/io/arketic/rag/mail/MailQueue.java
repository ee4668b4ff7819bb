package io.arketic.rag.mail;

import io.arketic.rag.work.WorkSchedule;
import java.util.Map;
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

    MailQueue(MailProperties settings, WaitingMails waiting, WorkSchedule schedule) {
        this.settings = settings;
        this.waiting = waiting;
        this.schedule = schedule;
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

    /** Returns whether messages leave this machine, and are not only files. */
    public boolean reachesPeople() {
        return settings.hasSmtp();
    }

    /** Returns the lines that explain the use of {@code token}: at a page of the front end if one is set. */
    public String instructions(String page, String token) {
        return settings.instructions(page, token);
    }
}
