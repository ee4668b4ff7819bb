package io.arketic.rag.mail;

import java.util.regex.Pattern;

/**
 * A message of plain text to one address.
 *
 * @param subject one line: control characters become blanks
 */
public record Mail(String to, String subject, String text) {

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

    public Mail {
        subject = line(subject);
    }

    /** What somebody wrote, as one line: it cannot look like a part of the letter. */
    public static String line(String text) {
        return CONTROL.matcher(text).replaceAll(" ").strip();
    }

    /** Without the text, which may hold a token. */
    @Override
    public String toString() {
        return "Mail[to=" + to + ", subject=" + subject + "]";
    }
}
