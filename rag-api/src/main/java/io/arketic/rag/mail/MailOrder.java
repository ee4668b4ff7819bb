package io.arketic.rag.mail;

import java.util.Map;

/** Holds a message that waits: a complete one, or the values from which a {@link MailComposer} makes it. */
record MailOrder(String kind, Map<String, String> values) {

    /** Names the kind of a complete message. */
    static final String COMPLETE = "complete";

    MailOrder {
        values = Map.copyOf(values);
    }

    static MailOrder of(Mail mail) {
        return new MailOrder(COMPLETE, Map.of("to", mail.to(), "subject", mail.subject(), "text", mail.text()));
    }

    boolean composed() {
        return kind.equals(COMPLETE);
    }

    static Mail complete(MailValues values) {
        return new Mail(values.text("to"), values.text("subject"), values.text("text"));
    }

    /** Shows no values, which may contain a token. */
    @Override
    public String toString() {
        return "MailOrder[kind=" + kind + "]";
    }
}
