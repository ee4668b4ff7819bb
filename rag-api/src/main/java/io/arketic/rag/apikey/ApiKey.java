package io.arketic.rag.apikey;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a key of an organization.
 *
 * @param key the key itself, in the answer that makes it and never again
 */
record ApiKey(
        UUID id,
        @Schema(example = "nightly import") String name,

        @Schema(example = "ark_0VNn0Zt9", description = "The beginning of the key, which distinguishes keys.")
        String keyPrefix,

        @Schema(example = "[\"read\", \"search\"]") List<String> scopes,
        @Nullable UUID createdById,
        Instant createdAt,
        @Nullable Instant expiresAt,

        @Schema(description = "Accurate to the minute.") @Nullable
        Instant lastUsedAt,

        @Schema(example = "ark_0VNn0Zt9uM1yqH4kD5b8m3w2b7bq1x6rF0cE9aTqK2s", description = "Shown only this time.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        String key) {

    ApiKey shownOnce(String text) {
        return new ApiKey(id, name, keyPrefix, scopes, createdById, createdAt, expiresAt, lastUsedAt, text);
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "ApiKey[id=" + id + ", name=" + name + ", keyPrefix=" + keyPrefix + "]";
    }
}
