package io.arketic.rag.outbox;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds an S3 event notification in MinIO's form, so that a notifying store and our own uploads send the same.
 *
 * @param sequencer orders the events of one key; hexadecimal, of equal length
 */
public record ObjectNotification(
        String name, String bucket, String key, String etag, long size, Instant time, String sequencer) {

    private static final JsonMapper JSON = new JsonMapper();

    public static ObjectNotification created(String bucket, String key, String etag, long size, Instant time) {
        return new ObjectNotification("s3:ObjectCreated:Put", bucket, key, etag, size, time, sequencer(time));
    }

    public static ObjectNotification removed(String bucket, String key, Instant time) {
        return new ObjectNotification("s3:ObjectRemoved:Delete", bucket, key, "", 0, time, sequencer(time));
    }

    private static String sequencer(Instant time) {
        return String.format(Locale.ROOT, "%016X", time.getEpochSecond() * 1_000_000_000L + time.getNano());
    }

    /** Returns the key that events of one object share, and so a partition. */
    String messageKey() {
        return bucket + "/" + key;
    }

    String json() {
        ObjectNode notification = JSON.createObjectNode();
        notification.put("EventName", name).put("Key", messageKey());
        ObjectNode event = notification.putArray("Records").addObject();
        event.put("eventVersion", "2.0")
                .put("eventSource", "minio:s3")
                .put("eventTime", time.toString())
                .put("eventName", name);
        ObjectNode s3 = event.putObject("s3");
        s3.putObject("bucket").put("name", bucket);
        s3.putObject("object")
                .put("key", URLEncoder.encode(key, StandardCharsets.UTF_8))
                .put("size", size)
                .put("eTag", etag)
                .put("sequencer", sequencer);
        return JSON.writeValueAsString(notification);
    }
}
