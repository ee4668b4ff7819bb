package io.arketic.ingest.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.ingest.event.Notification;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes dead letters as they are in the topic. A letter is far smaller than a producer's default limit (1 MiB),
 * whatever the size of the message or the detail: a letter that the broker refuses would restart the job forever.
 */
final class DeadLetterJson {

    /** Limits the bytes kept from the beginning of a message's value. */
    static final int VALUE_BYTES = 256 << 10;

    /** Limits the UTF-16 units of a detail. */
    static final int DETAIL_LENGTH = 2_000;

    private final ObjectMapper json = new ObjectMapper();

    /** Returns the object as the key, so that letters of one object stay in order. */
    byte @Nullable [] key(DeadLetter letter) {
        return letter.key() == null ? null : (letter.bucket() + "/" + letter.key()).getBytes(StandardCharsets.UTF_8);
    }

    byte[] value(DeadLetter letter) {
        ObjectNode object = json.createObjectNode();
        object.put("reason", letter.reason());
        object.put("detail", shortened(letter.detail()));
        object.put("time", letter.time().toString());
        if (letter.key() != null) {
            object.put("bucket", letter.bucket());
            object.put("key", letter.key());
            object.put("etag", letter.etag());
        }
        Notification message = letter.message();
        if (message != null) {
            object.put("topic", message.topic());
            object.put("partition", message.partition());
            object.put("offset", message.offset());
            byte[] value = message.value();
            object.put("value_bytes", value == null ? 0 : value.length);
            object.put(
                    "value_base64",
                    value == null || value.length <= VALUE_BYTES ? value : Arrays.copyOf(value, VALUE_BYTES));
        }
        try {
            return json.writeValueAsBytes(object);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e); // a tree of strings and numbers always serialises
        }
    }

    private static String shortened(String detail) {
        if (detail.length() <= DETAIL_LENGTH) {
            return detail;
        }
        int end = DETAIL_LENGTH - 1;
        return detail.substring(0, Character.isHighSurrogate(detail.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
