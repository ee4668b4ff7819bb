package io.arketic.rag.account;

import io.swagger.v3.oas.annotations.media.Schema;

/** Holds what a confirmed message gives to the confirming device. */
public record DeviceToken(
        @Schema(
                description =
                        "Send it with logins from this device: failed logins of strangers then do not block " + "it.",
                example = "c2hvd24tb24tYS1kZXZpY2U.9WcLfAFG4r2N8q4bW0rYk1u2C0mXoJt3VbZl5sQ7eHg")
        String deviceToken) {

    /** Shows no token. */
    @Override
    public String toString() {
        return "DeviceToken[…]";
    }
}
