package io.arketic.ingest.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Word that something happened to an object: a reason to look at it, never a description of what it now is.
 *
 * @param key decoded, as it stands in the bucket
 * @param etag of the version that the event is about, without quotes; null for removals and where the store says none
 * @param size in bytes, as the event says; 0 where it says none
 * @param time when the store says that it happened
 */
public record ObjectEvent(
        String bucket, String key, Kind kind, @Nullable String etag, long size, Instant time) {

    /** What happened. */
    public enum Kind {
        CREATED,
        REMOVED
    }

    /** Whose object it is: all with the same first part of the key share one turn. */
    public String tenant() {
        int slash = key.indexOf('/');
        return slash < 0 ? "" : key.substring(0, slash);
    }

    /** Events of one name are handled one after the other. */
    public String name() {
        return bucket + "/" + key;
    }
}
