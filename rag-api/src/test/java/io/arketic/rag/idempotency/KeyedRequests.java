package io.arketic.rag.idempotency;

import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;

/** Makes requests under a key, for tests of their work. */
public final class KeyedRequests {

    private KeyedRequests() {}

    /** Makes {@code request} the first one under its key; {@code free} is called when it fails. */
    public static void first(UUID claim, HttpServletRequest request, Runnable free) {
        KeyedRequest.first(claim, answer -> {}, free).attachTo(request);
    }

    /** Makes {@code request} one that found the first one in progress. */
    public static void joining(UUID claim, HttpServletRequest request) {
        KeyedRequest.joining(claim).attachTo(request);
    }
}
