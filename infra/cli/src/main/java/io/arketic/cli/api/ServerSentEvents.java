package io.arketic.cli.api;

import java.util.function.Consumer;

/**
 * Reads a stream of server-sent events line by line, as the HTML standard defines them (section 9.2.6). It skips
 * comments, ids and retry times.
 */
public final class ServerSentEvents {

    /** @param name {@code message} where the stream gives none */
    public record Event(String name, String data) {}

    private final Consumer<Event> events;
    private final StringBuilder data = new StringBuilder();
    private String name = "";
    private boolean any;

    ServerSentEvents(Consumer<Event> events) {
        this.events = events;
    }

    /** Takes a line without its break; an empty one ends an event. */
    void line(String line) {
        if (line.isEmpty()) {
            if (any) {
                events.accept(new Event(name.isEmpty() ? "message" : name, data.toString()));
            }
            data.setLength(0);
            name = "";
            any = false;
            return;
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        if (field.equals("event")) {
            name = value;
        } else if (field.equals("data")) {
            if (any) {
                data.append('\n');
            }
            data.append(value);
            any = true;
        }
    }
}
