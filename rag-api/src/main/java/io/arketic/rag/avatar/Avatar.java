package io.arketic.rag.avatar;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * Holds a picture as it is served.
 *
 * @param contentHash SHA-256 of the bytes, in hexadecimal digits
 */
public record Avatar(String mediaType, byte[] image, String contentHash) {

    /** Serves the picture for display, and for nothing else: a browser that opens it runs nothing in our origin. */
    public ResponseEntity<byte[]> answer() {
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(mediaType))
                .eTag("\"" + contentHash + "\"")
                .cacheControl(CacheControl.noCache().cachePrivate())
                .header("Content-Security-Policy", "default-src 'none'; sandbox")
                .header("X-Content-Type-Options", "nosniff")
                .header(HttpHeaders.CONTENT_DISPOSITION, "inline")
                .body(image);
    }
}
