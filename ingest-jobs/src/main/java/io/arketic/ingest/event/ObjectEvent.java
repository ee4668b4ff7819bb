package io.arketic.ingest.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reports that something happened to an object: a reason to look at it, never a description of its present state.
 *
 * @param key decoded, as it stands in the bucket
 * @param etag of the version that the event is about, without quotes; null for removals and where the store says none
 * @param size in bytes, as the event says; 0 where it says none
 * @param time when the store says that it happened
 */
public record ObjectEvent(
        String bucket, String key, Kind kind, @Nullable String etag, long size, Instant time) {

    /** Names what happened. */
    public enum Kind {
        CREATED,
        REMOVED
    }
}
