package io.arketic.rag.connection;

import org.jspecify.annotations.Nullable;

/** Finds the sender of a request before the request is checked. */
public interface UploadAdmission {

    /**
     * Returns a name for the user or organization of valid credentials, which shares the room for bodies with others; null
     * without such credentials. The request may still be refused later.
     *
     * @param authorization the header of this name
     * @param apiKey the header {@code X-API-Key}
     */
    @Nullable
    String sender(@Nullable String authorization, @Nullable String apiKey);

    /**
     * Returns the user of a valid access token, without the database; null for any other header.
     *
     * @param authorization the header of this name
     */
    @Nullable
    String user(@Nullable String authorization);
}
