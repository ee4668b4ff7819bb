package io.arketic.ingest.queue;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.event.ObjectEvent.Kind;
import java.time.Instant;

/** Writes an event as a line for each field, in characters that every database stores. */
public final class EventText {

    private static final char ESCAPE = '\\';
    private static final int FIELDS = 6;

    private EventText() {}

    static String format(ObjectEvent event) {
        String etag = event.etag();
        return String.join(
                "\n",
                event.kind().name(),
                Long.toString(event.size()),
                event.time().toString(),
                etag == null ? "" : "=" + escape(etag),
                escape(event.bucket()),
                escape(event.key()));
    }

    public static ObjectEvent parse(String text) {
        String[] fields = text.split("\n", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("not an event: " + text);
        }
        return new ObjectEvent(
                unescape(fields[4]),
                unescape(fields[5]),
                Kind.valueOf(fields[0]),
                fields[3].isEmpty() ? null : unescape(fields[3].substring(1)),
                Long.parseLong(fields[1]),
                Instant.parse(fields[2]));
    }

    /** Escapes control characters, U+0000 among them, and surrogates, which may be unpaired. */
    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == ESCAPE || Character.isSurrogate(c)) {
                escaped.append(ESCAPE).append("%04x".formatted((int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ESCAPE) {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
                i += 4;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
