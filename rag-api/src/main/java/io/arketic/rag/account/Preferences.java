package io.arketic.rag.account;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds a user's preferences for the product. */
public record Preferences(
        @Schema(example = "dark", requiredMode = RequiredMode.NOT_REQUIRED)
        @NotNull
        @Pattern(regexp = "light|dark|system", message = "must be light, dark or system")
        String theme,

        @Schema(
                example = "extractive",
                description = "The model that answers your questions, where the organization allows it.",
                requiredMode = RequiredMode.NOT_REQUIRED)
        @NotBlank
        @Size(max = 50)
        String defaultAiModel,

        @Schema(example = "balanced", description = "The length of answers.", requiredMode = RequiredMode.NOT_REQUIRED)
        @NotNull
        @Pattern(regexp = "concise|balanced|detailed", message = "must be concise, balanced or detailed")
        String aiResponseStyle,

        @Schema(
                example = "5",
                description = "The temperature of answers in chats that leave theirs at 0.7.",
                requiredMode = RequiredMode.NOT_REQUIRED)
        @NotNull
        @Min(1)
        @Max(10)
        Integer aiCreativityLevel,

        @Schema(example = "true", requiredMode = RequiredMode.NOT_REQUIRED) @NotNull
        Boolean notificationsEnabled,

        @Schema(
                example = "organization",
                description = "The users who see the profile.",
                requiredMode = RequiredMode.NOT_REQUIRED)
        @NotNull
        @Pattern(regexp = "private|organization|public", message = "must be private, organization or public")
        String profileVisibility,

        @Schema(
                example = "{\"notifications\": {\"mail\": \"daily\"}, \"sidebar\": \"left\"}",
                description = "What GET /custom-settings-schema/user describes, and free data of a client.")
        @Nullable
        @Size(max = 100)
        Map<String, Object> customSettings) {}
