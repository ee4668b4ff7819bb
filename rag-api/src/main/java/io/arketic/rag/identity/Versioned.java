package io.arketic.rag.identity;

import io.arketic.rag.listing.EntityTag;
import java.time.Instant;
import org.springframework.http.ResponseEntity;

/** A value as its row's last change left it. */
record Versioned<T>(T value, Instant updatedAt) {

    ResponseEntity<T> answer() {
        return ResponseEntity.ok().eTag(EntityTag.of(updatedAt).text()).body(value);
    }
}
