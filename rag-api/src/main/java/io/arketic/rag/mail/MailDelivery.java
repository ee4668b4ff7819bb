package io.arketic.rag.mail;

import io.arketic.rag.mail.WaitingMails.Waiting;
import io.arketic.rag.work.BackgroundTask;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Sends the messages of the queue, one after the other, and tries again for about twenty minutes if the server refuses
 * one.
 */
@Component
class MailDelivery implements BackgroundTask {

    static final String NAME = "mail";

    private static final Logger log = LoggerFactory.getLogger(MailDelivery.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(3), Duration.ofMinutes(15));

    private final WaitingMails waiting;
    private final MailSender sender;
    private final Map<String, Function<MailValues, Optional<Mail>>> composers = new HashMap<>();

    MailDelivery(WaitingMails waiting, MailSender sender, List<MailComposer> composers) {
        this.waiting = waiting;
        this.sender = sender;
        this.composers.put(MailOrder.COMPLETE, values -> Optional.of(MailOrder.complete(values)));
        composers.forEach(features -> features.composers().forEach((kind, composer) -> {
            if (this.composers.put(kind, composer) != null) {
                throw new IllegalStateException("Two composers of " + kind);
            }
        }));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    @Override
    public void run() {
        for (Optional<Waiting> next = waiting.next();
                next.isPresent() && !Thread.currentThread().isInterrupted();
                next = waiting.next()) {
            deliver(next.get());
        }
    }

    private void deliver(Waiting next) {
        String kept = next.encrypted();
        try {
            Optional<Mail> mail = compose(waiting.read(next));
            if (mail.isPresent()) {
                kept = waiting.encrypt(next.id(), MailOrder.of(mail.get()));
                sender.send(mail.get());
            }
            waiting.remove(next);
        } catch (AddressException permanent) {
            log.error("A message has an address that no mail can go to and is given up", permanent);
            waiting.remove(next);
        } catch (MessagingException | IOException | RuntimeException failure) {
            if (next.attempts() < PAUSES.size()) {
                log.warn("A message was not sent and is tried again: {}", failure.toString());
                waiting.postpone(next, kept, PAUSES.get(next.attempts()));
            } else {
                log.error("A message was not sent and is given up", failure);
                waiting.remove(next);
            }
        }
    }

    private Optional<Mail> compose(MailOrder order) {
        Function<MailValues, Optional<Mail>> composer = composers.get(order.kind());
        if (composer == null) {
            throw new IllegalStateException("No composer of " + order.kind());
        }
        return composer.apply(new MailValues(order.values()));
    }
}
