package io.arketic.rag.identity;

import org.springframework.http.ResponseEntity;

/** A value as it stood at {@code etag}. */
record Versioned<T>(T value, String etag) {

    ResponseEntity<T> answer() {
        return ResponseEntity.ok().eTag(etag).body(value);
    }
}
