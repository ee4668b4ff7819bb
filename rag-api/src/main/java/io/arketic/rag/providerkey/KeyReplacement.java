package io.arketic.rag.providerkey;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/** Holds the key that replaces another. */
record KeyReplacement(
        @Schema(example = "sk-7LpW4cRfK9XsU2dHu3Fe")
        @NotNull
        @Size(min = 8, max = 500)
        @Pattern(regexp = KeyCreation.PRINTABLE, message = "must be printable characters without blanks")
        String key) {}
