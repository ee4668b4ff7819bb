package io.arketic.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.arketic.ingest.ObjectEvent.Kind;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the notification messages of S3 and of the stores that speak like it (MinIO, Ceph, SeaweedFS). */
final class NotificationParser {

    /**
     * What a message holds. A message with one bad record still gives its good ones.
     *
     * @param problems one for each record that cannot be read, or for the whole message
     */
    record Parsed(List<ObjectEvent> events, List<String> problems) {

        Parsed {
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

    private final ObjectMapper json = new ObjectMapper();

    Parsed parse(byte @Nullable [] value) {
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

    /** Null for events that leave the object as it was: access, tagging, replication. */
    private static @Nullable ObjectEvent event(JsonNode event) throws Malformed {
        Kind kind = kind(text(event, "eventName"));
        JsonNode s3 = event.path("s3");
        JsonNode object = s3.path("object");
        String bucket = text(s3.path("bucket"), "name");
        String key = decoded(text(object, "key"));
        if (kind == null) {
            return null;
        }
        String etag = unquoted(object.path("eTag").asText(""));
        return new ObjectEvent(
                bucket,
                key,
                kind,
                kind == Kind.REMOVED || etag.isEmpty() ? null : etag,
                object.path("size").asLong(0),
                time(event));
    }

    /** AWS leaves the prefix {@code s3:} out, MinIO writes it. */
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

    /** Keys are written as in an HTML form: a blank is a plus. */
    private static String decoded(String key) throws Malformed {
        try {
            return URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Malformed("key is not URL-encoded: " + key);
        }
    }

    private static Instant time(JsonNode event) throws Malformed {
        String time = text(event, "eventTime");
        try {
            return Instant.parse(time);
        } catch (DateTimeParseException e) {
            throw new Malformed("eventTime is not a time: " + time);
        }
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
