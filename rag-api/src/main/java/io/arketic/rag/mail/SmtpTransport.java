package io.arketic.rag.mail;

import io.arketic.rag.mail.MailProperties.Encryption;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** Opens a connection for each message, because they are few. */
final class SmtpTransport implements MailTransport {

    private static final Logger log = LoggerFactory.getLogger(SmtpTransport.class);
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
        } catch (MailSendException failure) {
            if (failure.getMessageExceptions().length == 0) { // only the end of the connection failed
                log.info("The mail server took a message and did not end the connection", failure);
                return;
            }
            Exception reason = failure.getMessageExceptions()[0];
            if (isPermanent(reason)) {
                throw new SendFailedException("The mail server refuses the message: " + reason.getMessage(), reason);
            }
            if (failure.getCause() == reason) {
                throw new IOException("The mail server does not answer", failure);
            }
            throw new MessagingException("Not delivered", failure);
        } catch (MailException failure) {
            throw new MessagingException("Not delivered", failure);
        }
    }

    /** Returns whether each attempt would end like this. A refused sender is a setting, and a full mailbox is emptied. */
    private static boolean isPermanent(Exception failure) {
        for (Exception one = failure; one instanceof MessagingException chained; one = chained.getNextException()) {
            int code = code(one);
            if (code >= 550 && code <= 559 && code != 552) {
                return true;
            }
        }
        return false;
    }

    private static int code(Exception failure) {
        if (failure instanceof SMTPAddressFailedException address) {
            return address.getReturnCode();
        }
        return failure instanceof SMTPSendFailedException sending
                        && !sending.getCommand().startsWith("MAIL FROM")
                ? sending.getReturnCode()
                : 0;
    }
}
