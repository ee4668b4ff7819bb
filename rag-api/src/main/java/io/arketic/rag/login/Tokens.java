package io.arketic.rag.login;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Holds the tokens of a login or a refresh.
 *
 * @param expiresIn seconds until the access token expires
 */
public record Tokens(
        @Schema(description = "Send it in the Authorization header, after 'Bearer '.")
        String accessToken,

        @Schema(description = "Valid for one refresh.", example = "0VNn0Zt9uM1yqH4kD5b8m3w2b7bq1x6rF0cE9aTqK2s")
        String refreshToken,

        @Schema(example = "Bearer") String tokenType,

        @Schema(description = "Seconds until the access token expires.", example = "900")
        long expiresIn,

        @Schema(
                description = "Keep it with the refresh token and send it with the next login from this device: "
                        + "failed logins of strangers then do not block it. It opens no account itself. A "
                        + "refresh returns none: the last one is valid until the password changes.",
                example = "c2hvd24tb24tYS1kZXZpY2U.9WcLfAFG4r2N8q4bW0rYk1u2C0mXoJt3VbZl5sQ7eHg")
        @Nullable
        String deviceToken) {

    /** Returns the tokens for a device. */
    Tokens on(String device) {
        return new Tokens(accessToken, refreshToken, tokenType, expiresIn, device);
    }

    /** Shows no tokens. */
    @Override
    public String toString() {
        return "Tokens[…]";
    }
}
