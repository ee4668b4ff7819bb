package io.arketic.rag.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;
import java.util.Properties;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Sends one message, by SMTP or into a folder. */
@Component
class MailSender {

    private final MailProperties settings;
    private final MailTransport transport;
    private final Clock clock;
    private final Session session = Session.getInstance(utf8());

    MailSender(MailProperties settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.transport = settings.hasSmtp()
                ? new SmtpTransport(settings.smtp())
                : new FolderTransport(settings.directory(), clock);
    }

    /**
     * Sends a message.
     *
     * @param id of the message: a server or reader that gets it twice recognizes it
     * @throws jakarta.mail.internet.AddressException when no mail can go to its address
     * @throws jakarta.mail.SendFailedException when the server refuses it for good; other failures may pass
     * @throws IOException when the server takes no message at all
     */
    void send(Mail mail, UUID id) throws MessagingException, IOException {
        MimeMessage message = new IdentifiedMessage(session, id);
        message.setFrom(new InternetAddress(settings.from()));
        message.setRecipient(MimeMessage.RecipientType.TO, new InternetAddress(mail.to(), true));
        message.setSubject(mail.subject(), StandardCharsets.UTF_8.name());
        message.setText(mail.text(), StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(clock.instant()));
        message.setHeader("Auto-Submitted", "auto-generated");
        if (mail.unsubscribe() != null) {
            message.setHeader("List-Unsubscribe", "<" + mail.unsubscribe() + ">");
            // RFC 8058 demands https.
            if (mail.unsubscribe().startsWith("https:")) {
                message.setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
            }
        }
        message.saveChanges();
        transport.deliver(message);
    }

    /** Allows local parts beyond ASCII (RFC 6532). */
    private static Properties utf8() {
        Properties properties = new Properties();
        properties.setProperty("mail.mime.allowutf8", "true");
        return properties;
    }

    /** Has its own id instead of a random one. */
    private static final class IdentifiedMessage extends MimeMessage {

        private final UUID id;

        IdentifiedMessage(Session session, UUID id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", "<" + id + "@arketic>");
        }
    }
}
