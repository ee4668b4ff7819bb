package io.arketic.rag.idempotency;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Holds the answer to a request; {@code body} is in Base64 for the table.
 *
 * @param organization that let the caller in; null where none did
 */
record Answer(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable UUID organization) {

    private static final List<String> KEPT = List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.LOCATION, HttpHeaders.ETAG);

    static Answer of(ContentCachingResponseWrapper response) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : KEPT) {
            String value = name.equals(HttpHeaders.CONTENT_TYPE) ? response.getContentType() : response.getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return new Answer(response.getStatus(), headers, response.getContentAsByteArray(), null);
    }

    Answer of(@Nullable UUID organizationId) {
        return new Answer(status, headers, body, organizationId);
    }

    boolean isSuccess() {
        return status / 100 == 2;
    }
}
