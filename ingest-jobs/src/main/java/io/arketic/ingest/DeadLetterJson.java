package io.arketic.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Dead letters as they stand in the topic. */
final class DeadLetterJson {

    private final ObjectMapper json = new ObjectMapper();

    /** Letters of one object stay in order. */
    byte @Nullable [] key(DeadLetter letter) {
        return letter.key() == null ? null : (letter.bucket() + "/" + letter.key()).getBytes(StandardCharsets.UTF_8);
    }

    byte[] value(DeadLetter letter) {
        ObjectNode object = json.createObjectNode();
        object.put("reason", letter.reason());
        object.put("detail", letter.detail());
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
            object.put("value_base64", message.value());
        }
        try {
            return json.writeValueAsBytes(object);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e); // a tree of strings and numbers always serialises
        }
    }
}
