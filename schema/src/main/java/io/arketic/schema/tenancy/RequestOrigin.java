package io.arketic.schema.tenancy;

import org.jspecify.annotations.Nullable;

/**
 * Says what a transaction is part of; the audit log keeps both.
 *
 * @param requestId null outside a request
 * @param credential the id of an API key or a personal token; null for a session
 */
public record RequestOrigin(
        @Nullable String requestId, @Nullable String credential) {

    public static final RequestOrigin NONE = new RequestOrigin(null, null);
}
