package io.arketic.rag.account;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds what a user publishes about itself. */
public record Profile(
        @Schema(example = "https://example.org/ada.png")
        @Nullable
        @Size(max = 500)
        @Pattern(regexp = "https?://\\S+", message = "must be an address that begins with http:// or https://")
        String avatarUrl,

        @Schema(example = "Writes notes on engines.") @Nullable @Size(max = 5000)
        String bio,

        @Schema(example = "Analyst") @Nullable @Size(max = 100)
        String jobTitle,

        @Schema(example = "Analytical Engines") @Nullable @Size(max = 100)
        String company,

        @Schema(example = "London") @Nullable @Size(max = 100)
        String location,

        @Schema(example = "Europe/London", requiredMode = RequiredMode.NOT_REQUIRED)
        @NotNull
        @KnownTimeZone
        @Size(max = 50)
        String timezone,

        @Schema(example = "en", requiredMode = RequiredMode.NOT_REQUIRED)
        @NotNull
        @Size(max = 10)
        @Pattern(regexp = "[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", message = "must be a language tag such as en or pt-BR")
        String language,

        @Schema(example = "[\"mathematics\"]") @Nullable @Size(max = 100)
        List<@NotBlank @Size(max = 100) String> skills,

        @Schema(example = "[]") @Nullable @Size(max = 100) List<@NotBlank @Size(max = 200) String> certifications,
        @Schema(example = "12") @Nullable @Min(0) @Max(100) Integer experienceYears) {}
