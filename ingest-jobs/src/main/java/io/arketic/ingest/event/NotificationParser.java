package io.arketic.ingest.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arketic.ingest.event.ObjectEvent.Kind;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the notification messages of S3 and of stores with the same format (MinIO, Ceph, SeaweedFS). A value that no
 * store writes and the database cannot hold, such as a key above S3's limit, is a problem and never an event.
 */
public final class NotificationParser {

    /**
     * Holds the content of a message. A message with one bad record still gives its good ones.
     *
     * @param problems one for each record that cannot be read, or for the whole message
     */
    public record Parsed(List<ObjectEvent> events, List<String> problems) {

        public Parsed {
            events = List.copyOf(events);
            problems = List.copyOf(problems);
        }

        private static Parsed unreadable(String problem) {
            return new Parsed(List.of(), List.of(problem));
        }
    }

    private static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        Malformed(String detail) {
            super(detail);
        }
    }

    /** Limits the bytes of a key, as S3 itself does. */
    private static final int KEY_BYTES = 1_024;

    private static final int BUCKET_LENGTH = 255;
    private static final int ETAG_LENGTH = 256;
    private static final Instant YEAR_10000 =
            OffsetDateTime.of(10_000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC).toInstant();

    /** Limits the characters that a problem quotes from a message. */
    private static final int QUOTED_LENGTH = 100;

    private final ObjectMapper json = new ObjectMapper();

    public Parsed parse(byte @Nullable [] value) {
        if (value == null) {
            return Parsed.unreadable("the message has no value");
        }
        JsonNode message;
        try {
            message = json.readTree(value);
        } catch (IOException e) {
            return Parsed.unreadable("not JSON: " + firstLine(e));
        }
        if ("s3:TestEvent".equals(message.path("Event").asText())) {
            return new Parsed(List.of(), List.of()); // S3 says hello when notifications are switched on
        }
        JsonNode records = message.path("Records");
        if (!records.isArray()) {
            return Parsed.unreadable("no Records array");
        }
        List<ObjectEvent> events = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            try {
                ObjectEvent event = event(records.get(i));
                if (event != null) {
                    events.add(event);
                }
            } catch (Malformed e) {
                problems.add("Records[" + i + "]: " + e.getMessage());
            }
        }
        return new Parsed(events, problems);
    }

    /** Returns null for events that do not change the object: access, tagging, replication. */
    private static @Nullable ObjectEvent event(JsonNode event) throws Malformed {
        Kind kind = kind(text(event, "eventName"));
        JsonNode s3 = event.path("s3");
        JsonNode object = s3.path("object");
        String bucket = atMost(BUCKET_LENGTH, "bucket name", text(s3.path("bucket"), "name"));
        String key = key(text(object, "key"));
        if (kind == null) {
            return null;
        }
        String etag = atMost(ETAG_LENGTH, "eTag", unquoted(object.path("eTag").asText("")));
        return new ObjectEvent(
                bucket,
                key,
                kind,
                kind == Kind.REMOVED || etag.isEmpty() ? null : etag,
                size(object.path("size")),
                time(event));
    }

    /** Parses the name of an event: AWS omits the prefix {@code s3:}, MinIO writes it. */
    private static @Nullable Kind kind(String name) {
        String plain = name.startsWith("s3:") ? name.substring(3) : name;
        if (plain.startsWith("ObjectCreated:") || plain.startsWith("ObjectRestore:Completed")) {
            return Kind.CREATED;
        }
        if (plain.startsWith("ObjectRemoved:") || plain.startsWith("LifecycleExpiration:")) {
            return Kind.REMOVED;
        }
        return null;
    }

    private static String text(JsonNode parent, String field) throws Malformed {
        JsonNode node = parent.path(field);
        if (!node.isTextual() || node.textValue().isEmpty()) {
            throw new Malformed("no " + field);
        }
        return node.textValue();
    }

    /** Decodes a key as in an HTML form: a plus is a blank. */
    private static String key(String encoded) throws Malformed {
        String key;
        try {
            key = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Malformed("key is not URL-encoded: " + quoted(encoded));
        }
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > KEY_BYTES) {
            throw new Malformed("key of " + bytes + " bytes, more than " + KEY_BYTES);
        }
        return key;
    }

    private static String atMost(int length, String what, String text) throws Malformed {
        if (text.length() > length) {
            throw new Malformed(what + " of " + text.length() + " characters, more than " + length);
        }
        return text;
    }

    /** Returns 0 if the event names no size, as for removals. */
    private static long size(JsonNode node) throws Malformed {
        if (!node.isNumber()) {
            return 0;
        }
        if (!node.canConvertToLong() || node.longValue() < 0) {
            throw new Malformed("size is no number of bytes: " + quoted(node.asText()));
        }
        return node.longValue();
    }

    private static Instant time(JsonNode event) throws Malformed {
        String text = text(event, "eventTime");
        Instant time;
        try {
            time = Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new Malformed("eventTime is not a time: " + quoted(text));
        }
        if (time.isBefore(Instant.EPOCH) || !time.isBefore(YEAR_10000)) {
            throw new Malformed("eventTime is not between 1970 and 9999: " + quoted(text));
        }
        return time;
    }

    private static String quoted(String text) {
        return text.length() <= QUOTED_LENGTH ? text : text.substring(0, QUOTED_LENGTH) + "…";
    }

    private static String unquoted(String etag) {
        return etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"")
                ? etag.substring(1, etag.length() - 1)
                : etag;
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
