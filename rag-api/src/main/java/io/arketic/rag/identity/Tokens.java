package io.arketic.rag.identity;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * What a login or a refresh gives.
 *
 * @param expiresIn seconds until the access token expires
 */
record Tokens(
        @Schema(description = "Goes into the Authorization header, after 'Bearer '.")
        String accessToken,

        @Schema(description = "Good for one refresh.", example = "0VNn0Zt9uM1yqH4kD5b8m3w2b7bq1x6rF0cE9aTqK2s")
        String refreshToken,

        @Schema(example = "Bearer") String tokenType,

        @Schema(description = "Seconds until the access token expires.", example = "900")
        long expiresIn) {

    /** Nothing of them. */
    @Override
    public String toString() {
        return "Tokens[…]";
    }
}
