package io.arketic.rag.mail;

import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Holds the values from which a message is composed. They are stored until then. */
public record MailValues(Map<String, String> values) {

    public MailValues {
        values = Map.copyOf(values);
    }

    /** @throws NullPointerException when the value is missing */
    public String text(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** Returns a value that is an id. */
    public UUID id(String name) {
        return UUID.fromString(text(name));
    }
}
