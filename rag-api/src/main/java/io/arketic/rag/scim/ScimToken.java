package io.arketic.rag.scim;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a token of an organization's directory.
 *
 * @param token the token itself, in the answer that makes or replaces it and never again
 */
record ScimToken(
        UUID id,
        @Schema(example = "Entra ID") String name,

        @Schema(example = "member", description = "The role of the members that the directory adds.")
        String defaultRole,

        @Schema(example = "scim_0VNn0Zt9", description = "The beginning of the token, which distinguishes tokens.")
        String tokenPrefix,

        @Nullable UUID createdById,

        @Schema(
                description =
                        "False once the user that made the token is no owner: the user may know it, so rotate it.")
        boolean creatorIsOwner,

        Instant createdAt,

        @Schema(description = "The time since which the present token is valid, if it replaced another.") @Nullable
        Instant rotatedAt,

        @Schema(description = "Accurate to the minute.") @Nullable
        Instant lastUsedAt,

        @Schema(example = "scim_0VNn0Zt9uM1yqH4kD5b8m3w2b7bq1x6rF0cE9aTqK2s", description = "Shown only this time.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        String token) {

    ScimToken shownOnce(String text) {
        return new ScimToken(
                id,
                name,
                defaultRole,
                tokenPrefix,
                createdById,
                creatorIsOwner,
                createdAt,
                rotatedAt,
                lastUsedAt,
                text);
    }

    /** Shows no token. */
    @Override
    public String toString() {
        return "ScimToken[id=" + id + ", name=" + name + ", tokenPrefix=" + tokenPrefix + "]";
    }
}
