package io.arketic.rag.providerkey;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Holds a new key. */
record KeyCreation(
        @Schema(example = "openai", description = "The name that the deployment's settings give the provider.")
        @NotNull
        @Size(min = 1, max = 50)
        @Pattern(regexp = "[a-z0-9._-]*", message = "must be lower-case letters, digits, dots, dashes, underscores")
        String provider,

        @Schema(
                example = "default",
                description = "Distinguishes several keys for one provider; without it, the name is default.")
        @Nullable
        @Size(min = 1, max = 100)
        @Pattern(regexp = "\\S(.*\\S)?", message = "must not begin or end with blanks")
        String name,

        @Schema(example = "sk-3QnZ8mVxW2LrT5yBx7Qa")
        @NotNull
        @Size(min = 8, max = 500)
        @Pattern(regexp = PRINTABLE, message = "must be printable characters without blanks")
        String key) {

    /** Matches text that a header can contain unchanged. */
    static final String PRINTABLE = "[\\x21-\\x7e]*";

    String nameOrDefault() {
        return name == null ? "default" : name;
    }
}
