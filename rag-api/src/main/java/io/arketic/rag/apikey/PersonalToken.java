package io.arketic.rag.apikey;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a personal token of a user.
 *
 * @param token the token itself, in the answer that makes it and never again
 */
record PersonalToken(
        UUID id,
        @Schema(example = "laptop") String name,

        @Schema(example = "arp_0VNn0Zt9", description = "The beginning of the token, which distinguishes tokens.")
        String tokenPrefix,

        @Schema(example = "[\"read\", \"search\"]") List<String> scopes,
        Instant createdAt,
        Instant expiresAt,

        @Schema(description = "Accurate to the minute.") @Nullable
        Instant lastUsedAt,

        @Schema(example = "arp_0VNn0Zt9uM1yqH4kD5b8m3w2b7bq1x6rF0cE9aTqK2s", description = "Shown only this time.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        String token) {

    PersonalToken shownOnce(String text) {
        return new PersonalToken(id, name, tokenPrefix, scopes, createdAt, expiresAt, lastUsedAt, text);
    }

    /** Shows no token. */
    @Override
    public String toString() {
        return "PersonalToken[id=" + id + ", name=" + name + ", tokenPrefix=" + tokenPrefix + "]";
    }
}
