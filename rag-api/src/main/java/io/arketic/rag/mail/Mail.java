package io.arketic.rag.mail;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds a message of plain text to one address.
 *
 * @param subject one line: control characters become blanks
 * @param until the message is of use; null for no end
 * @param unsubscribe address that ends such messages with one click (RFC 8058); null for none
 */
public record Mail(
        String to,
        String subject,
        String text,
        @Nullable Instant until,
        @Nullable String unsubscribe) {

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

    public Mail {
        subject = line(subject);
    }

    public Mail(String to, String subject, String text) {
        this(to, subject, text, null, null);
    }

    public Mail until(Instant end) {
        return new Mail(to, subject, text, end, unsubscribe);
    }

    /** Returns the message with an address that ends such messages by a POST, without a sign-in. */
    public Mail unsubscribedAt(String address) {
        return new Mail(to, subject, text, until, address);
    }

    boolean isTooLate(Instant now) {
        return until != null && until.isBefore(now);
    }

    /** Returns a user's text as one line that cannot imitate a part of the message. */
    public static String line(String text) {
        return CONTROL.matcher(text).replaceAll(" ").strip();
    }

    /** Shows no text, which may contain a token. */
    @Override
    public String toString() {
        return "Mail[to=" + to + ", subject=" + subject + "]";
    }
}
