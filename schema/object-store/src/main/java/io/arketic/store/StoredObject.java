package io.arketic.store;

import io.minio.messages.Item;
import java.time.Instant;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Describes an object as the store does.
 *
 * @param etag without quotes; empty where a listing leaves it out
 * @param lastModified null where the store does not say
 */
public record StoredObject(
        String key, String etag, @Nullable Instant lastModified, long size) {

    static StoredObject of(Item item) {
        return of(item.objectName(), item.etag(), item.lastModified(), item.size());
    }

    static StoredObject of(String key, @Nullable String etag, @Nullable ZonedDateTime lastModified, long size) {
        return new StoredObject(key, unquoted(etag), lastModified == null ? null : lastModified.toInstant(), size);
    }

    static String unquoted(@Nullable String etag) {
        return etag == null ? "" : etag.replace("\"", "");
    }
}
