package io.arketic.rag.work;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Describes a queue of single pieces of work. */
record WorkQueue(
        @Schema(example = "mail") String name,

        @Schema(example = "0") long waiting,

        @Schema(
                example = "0",
                description =
                        "Those of them that have failed and are tried again; a message counts from its second attempt.")
        long failing,

        @Schema(description = "The time at which the first of them is due.") @Nullable
        Instant earliestAt) {}
