package io.arketic.rag.mail;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Holds a message that waits: a complete one, or the values from which a {@link MailComposer} makes it. */
record MailOrder(String kind, Map<String, String> values) {

    /** Names the kind of a complete message. */
    static final String COMPLETE = "complete";

    MailOrder {
        values = Map.copyOf(values);
    }

    static MailOrder of(Mail mail) {
        Map<String, String> values =
                new HashMap<>(Map.of("to", mail.to(), "subject", mail.subject(), "text", mail.text()));
        if (mail.until() != null) {
            values.put("until", mail.until().toString());
        }
        if (mail.unsubscribe() != null) {
            values.put("unsubscribe", mail.unsubscribe());
        }
        return new MailOrder(COMPLETE, values);
    }

    boolean composed() {
        return kind.equals(COMPLETE);
    }

    static Mail complete(MailValues values) {
        Mail mail = new Mail(values.text("to"), values.text("subject"), values.text("text"));
        Mail ending = values.has("until") ? mail.until(Instant.parse(values.text("until"))) : mail;
        return values.has("unsubscribe") ? ending.unsubscribedAt(values.text("unsubscribe")) : ending;
    }

    /** Shows no values, which may contain a token. */
    @Override
    public String toString() {
        return "MailOrder[kind=" + kind + "]";
    }
}
