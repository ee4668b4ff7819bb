package io.arketic.rag.work;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Describes a task that is repeated in the background. */
record WorkTask(
        @Schema(example = "removals") String name,

        @Schema(description = "The time of the next run, or the beginning of the present one.")
        Instant dueAt,

        @Schema(example = "api-1", description = "The process that runs it now.") @Nullable
        String runningIn,

        @Nullable Instant lastSuccessAt,

        @Nullable Instant lastFailureAt,

        @Schema(example = "0", description = "The number of failures since the last success.")
        int failures) {}
