package io.arketic.rag.connection;

import org.jspecify.annotations.Nullable;

/** Decides whether to keep a large body before its request is checked. */
@FunctionalInterface
public interface UploadAdmission {

    /**
     * Returns whether the credentials look valid; the request may still be refused later.
     *
     * @param authorization the header of this name
     * @param apiKey the header {@code X-API-Key}
     */
    boolean admits(@Nullable String authorization, @Nullable String apiKey);
}
