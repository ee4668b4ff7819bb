package io.arketic.rag.connection;

import org.jspecify.annotations.Nullable;

/** Whether a large body is worth keeping before its request is looked at. */
@FunctionalInterface
public interface UploadAdmission {

    /**
     * Whether the credentials look like a caller's; the request is still refused later if they are not.
     *
     * @param authorization the header of this name
     * @param apiKey the header {@code X-API-Key}
     */
    boolean admits(@Nullable String authorization, @Nullable String apiKey);
}
