package io.arketic.rag.mail;

import java.util.regex.Pattern;

/**
 * Holds a message of plain text to one address.
 *
 * @param subject one line: control characters become blanks
 */
public record Mail(String to, String subject, String text) {

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

    public Mail {
        subject = line(subject);
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
