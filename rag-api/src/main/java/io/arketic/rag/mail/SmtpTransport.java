package io.arketic.rag.mail;

import io.arketic.rag.mail.MailProperties.Encryption;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** Opens a connection for each message, because they are few. */
final class SmtpTransport implements MailTransport {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final JavaMailSenderImpl sender = new JavaMailSenderImpl();

    SmtpTransport(MailProperties.Smtp smtp) {
        String protocol = smtp.encryption() == Encryption.TLS ? "smtps" : "smtp";
        sender.setProtocol(protocol);
        sender.setHost(smtp.host());
        sender.setPort(smtp.portOrUsual());
        Properties properties = sender.getJavaMailProperties();
        String prefix = "mail." + protocol + ".";
        if (!smtp.user().isEmpty()) {
            sender.setUsername(smtp.user());
            sender.setPassword(smtp.password());
            properties.put(prefix + "auth", "true");
        }
        if (smtp.encryption() == Encryption.STARTTLS) {
            properties.put(prefix + "starttls.enable", "true");
            properties.put(prefix + "starttls.required", "true");
        }
        properties.put("mail.mime.allowutf8", "true");
        properties.put(prefix + "ssl.checkserveridentity", "true");
        String patience = Long.toString(PATIENCE.toMillis());
        properties.put(prefix + "connectiontimeout", patience);
        properties.put(prefix + "timeout", patience);
        properties.put(prefix + "writetimeout", patience);
    }

    @Override
    public void deliver(MimeMessage message) throws MessagingException, IOException {
        try {
            sender.send(message);
        } catch (MailAuthenticationException refused) {
            throw new IOException("The mail server refuses the login", refused);
        } catch (MailException failure) {
            if (failure.getCause() != null) { // a failure of the message is listed and no cause
                throw new IOException("The mail server does not answer", failure);
            }
            throw new MessagingException("Not delivered", failure);
        }
    }
}
