package io.arketic.rag;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a real SMTP server and keeps its messages. */
record Mailbox(GreenMail server) implements AutoCloseable {

    private static final Pattern TOKEN = Pattern.compile("Token: (\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static Mailbox open() {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        return new Mailbox(server);
    }

    int port() {
        return server.getSmtp().getPort();
    }

    /** Returns the token in the {@code number}th message to an address, from 1; waits for it. */
    String token(String address, int number) {
        String text = text(address, number);
        Matcher token = TOKEN.matcher(text);
        if (!token.find()) {
            throw new AssertionError("No token in: " + text);
        }
        return token.group(1);
    }

    /** Waits for the message. */
    String text(String address, int number) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(deadline)) {
            int seen = 0;
            for (MimeMessage message : server.getReceivedMessages()) {
                if (to(message).equals(address) && ++seen == number) {
                    return content(message);
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        throw new AssertionError("No message " + number + " to " + address);
    }

    private static String to(MimeMessage message) {
        try {
            return message.getAllRecipients()[0].toString();
        } catch (MessagingException failure) {
            throw new AssertionError(failure);
        }
    }

    private static String content(MimeMessage message) {
        try {
            return message.getContent().toString();
        } catch (MessagingException | IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
