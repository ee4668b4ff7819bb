package io.arketic.rag.mail;

import io.arketic.rag.mail.WaitingMails.Claimed;
import io.arketic.rag.work.BackgroundTask;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.AddressException;
import java.io.IOException;
import java.time.Clock;
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
 * Sends the messages of the queue, one after the other, for up to a day. Each is claimed before the work, so a message
 * that fails, or that ends its process, delays no other. A message that is sent again has the same Message-ID.
 */
@Component
class MailDelivery implements BackgroundTask {

    static final String NAME = "mail";

    private static final Logger log = LoggerFactory.getLogger(MailDelivery.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration GIVEN_UP_AFTER = Duration.ofDays(1);
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(3), Duration.ofMinutes(15));

    /** Sets the duration of a claim, longer than a server takes that answers each command just in time. */
    private static final Duration CLAIM = Duration.ofMinutes(5);

    /** Limits the failures of the server in a row: each takes as long as a connection waits. */
    private static final int SERVER_FAILURES = 3;

    private enum Outcome {
        DONE,
        FAILED,
        SERVER_FAILED
    }

    private final WaitingMails waiting;
    private final MailSender sender;
    private final Clock clock;
    private final Map<String, Function<MailValues, Optional<Mail>>> composers = new HashMap<>();

    MailDelivery(WaitingMails waiting, MailSender sender, List<MailComposer> composers, Clock clock) {
        this.waiting = waiting;
        this.sender = sender;
        this.clock = clock;
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

    /** @throws IOException when the server has failed several times in a row; the other messages wait for the next run */
    @Override
    public void run() throws IOException {
        int serverFailures = 0;
        while (!Thread.currentThread().isInterrupted()) {
            Optional<Claimed> next = waiting.claim(CLAIM);
            if (next.isEmpty()) {
                return;
            }
            serverFailures = attempt(next.get()) == Outcome.SERVER_FAILED ? serverFailures + 1 : 0;
            if (serverFailures == SERVER_FAILURES) {
                throw new IOException("The mail server does not take messages");
            }
        }
    }

    private Outcome attempt(Claimed next) {
        boolean old = next.createdAt().plus(GIVEN_UP_AFTER).isBefore(clock.instant());
        if (old && next.attempts() > 1) {
            log.error("The message {} could not be sent for a day and is given up", next.id());
            waiting.remove(next);
            return Outcome.DONE;
        }
        try {
            return deliver(next);
        } catch (AddressException | SendFailedException permanent) {
            log.error("The message {} can never be delivered and is given up", next.id(), permanent);
            waiting.remove(next);
            return Outcome.DONE;
        } catch (IOException server) {
            postpone(next, server);
            return Outcome.SERVER_FAILED;
        } catch (Throwable failure) {
            postpone(next, failure);
            return Outcome.FAILED;
        }
    }

    private Outcome deliver(Claimed next) throws MessagingException, IOException {
        MailOrder order = waiting.read(next);
        Optional<Mail> mail = compose(order);
        if (mail.isPresent()) {
            if (!order.composed() && !waiting.keep(next, mail.get())) {
                return Outcome.FAILED; // another process has claimed it
            }
            if (mail.get().isTooLate(clock.instant())) {
                log.error("The message {} could not be sent while it was of use and is given up", next.id());
            } else {
                sender.send(mail.get(), next.id());
            }
        }
        waiting.remove(next);
        return Outcome.DONE;
    }

    private void postpone(Claimed next, Throwable failure) {
        Duration pause = PAUSES.get(Math.min(next.attempts(), PAUSES.size()) - 1);
        log.warn("The message {} was not sent and is tried again in {}", next.id(), pause, failure);
        waiting.postpone(next, pause);
    }

    private Optional<Mail> compose(MailOrder order) {
        Function<MailValues, Optional<Mail>> composer = composers.get(order.kind());
        if (composer == null) {
            throw new IllegalStateException("No composer of " + order.kind());
        }
        return composer.apply(new MailValues(order.values()));
    }
}
