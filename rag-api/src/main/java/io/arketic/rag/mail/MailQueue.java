package io.arketic.rag.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Sends messages outside of their requests, one after the other, and tries again for about twenty minutes if the server
 * refuses one. Messages wait in memory: unsent ones are lost when the process ends, and users request others.
 */
@Component
public class MailQueue implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(MailQueue.class);
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(3), Duration.ofMinutes(15));
    private static final int WAITING = 10_000;
    private static final Duration LAST_ROUND = Duration.ofSeconds(10);

    private final MailProperties settings;
    private final MailTransport transport;
    private final Clock clock;
    private final Session session = Session.getInstance(utf8());
    private final Semaphore room = new Semaphore(WAITING);
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, work -> {
        Thread named = new Thread(work, "mail");
        named.setDaemon(true);
        return named;
    });

    MailQueue(MailProperties settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.transport = settings.hasSmtp()
                ? new SmtpTransport(settings.smtp())
                : new FolderTransport(settings.directory(), clock);
    }

    /** Queues a message and returns at once. */
    public void send(Mail mail) {
        sendComposed(() -> Optional.of(mail));
    }

    /**
     * Returns at once; {@code compose} runs later, and again if it fails. So the response time does not reveal whether
     * there is a recipient.
     */
    public void sendComposed(Supplier<Optional<Mail>> compose) {
        if (room.tryAcquire()) {
            schedule(compose, 0, Duration.ZERO);
        } else {
            log.error("{} messages are waiting; one more is dropped", WAITING);
        }
    }

    /** Returns whether messages leave this machine, and are not only files. */
    public boolean reachesPeople() {
        return settings.hasSmtp();
    }

    /** Returns the lines that explain the use of {@code token}: at a page of the front end if one is set. */
    public String instructions(String page, String token) {
        return settings.linkBase().isEmpty()
                ? "Token: " + token
                : "Open " + settings.linkBase().replaceAll("/+$", "") + "/" + page + "#token=" + token;
    }

    private void schedule(Supplier<Optional<Mail>> compose, int attempt, Duration pause) {
        thread.schedule(() -> attempt(compose, attempt), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void attempt(Supplier<Optional<Mail>> compose, int attempt) {
        Supplier<Optional<Mail>> again = compose;
        try {
            Optional<Mail> mail = compose.get();
            again = () -> mail;
            if (mail.isPresent()) {
                transport.deliver(message(mail.get()));
            }
        } catch (AddressException permanent) {
            log.error("A message has an address that no mail can go to and is given up", permanent);
        } catch (MessagingException | IOException | RuntimeException | Error failure) {
            if (attempt < PAUSES.size()) {
                log.warn("A message was not sent and is tried again: {}", failure.toString());
                schedule(again, attempt + 1, PAUSES.get(attempt));
                return;
            }
            log.error("A message was not sent and is given up", failure);
        }
        room.release();
    }

    /** Allows local parts beyond ASCII (RFC 6532). */
    private static Properties utf8() {
        Properties properties = new Properties();
        properties.setProperty("mail.mime.allowutf8", "true");
        return properties;
    }

    private MimeMessage message(Mail mail) throws MessagingException {
        MimeMessage message = new MimeMessage(session);
        message.setFrom(new InternetAddress(settings.from()));
        message.setRecipient(MimeMessage.RecipientType.TO, new InternetAddress(mail.to(), true));
        message.setSubject(mail.subject(), StandardCharsets.UTF_8.name());
        message.setText(mail.text(), StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(clock.instant()));
        message.setHeader("Auto-Submitted", "auto-generated");
        message.saveChanges();
        return message;
    }

    /** Sends waiting messages, for ten seconds at most. */
    @Override
    public void destroy() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(LAST_ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
            int left = thread.shutdownNow().size();
            log.warn("Stopped with {} messages not sent", left);
        }
    }
}
