package io.arketic.cli.backup;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Records a version of an object that the store held, or, without a content, that the store no longer holds the key.
 *
 * @param etag as the store said
 * @param modified null where the store does not say
 * @param sha256 of the bytes; null once the object is gone
 */
public record ObjectEntry(
        String bucket,
        String key,
        String etag,
        long size,
        @Nullable Instant modified,
        @Nullable String sha256) {

    static ObjectEntry gone(ObjectEntry entry) {
        return new ObjectEntry(entry.bucket(), entry.key(), "", 0, null, null);
    }

    /** Identifies the object: no bucket's name holds a slash. */
    String place() {
        return bucket + "/" + key;
    }

    boolean isGone() {
        return sha256 == null;
    }
}
