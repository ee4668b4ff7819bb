package io.arketic.ingest;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is told of something that cannot be ingested.
 *
 * @param bucket null, as {@code key} and {@code etag} are, for a message that could not be read
 * @param reason a stable name
 * @param detail for people
 * @param message the notification that could not be read; null for objects
 */
public record DeadLetter(
        @Nullable String bucket,
        @Nullable String key,
        @Nullable String etag,
        String reason,
        String detail,
        Instant time,
        @Nullable Notification message) {

    /** Reason of letters about messages rather than objects. */
    static final String MALFORMED_EVENT = "MALFORMED_EVENT";
}
