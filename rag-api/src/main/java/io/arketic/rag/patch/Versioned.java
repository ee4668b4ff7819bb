package io.arketic.rag.patch;

import io.arketic.rag.listing.EntityTag;
import java.time.Instant;
import org.springframework.http.ResponseEntity;

/** Holds a value with the time of its row's last change. */
public record Versioned<T>(T value, Instant updatedAt) {

    public ResponseEntity<T> answer() {
        return ResponseEntity.ok().eTag(EntityTag.of(updatedAt).text()).body(value);
    }
}
