package io.arketic.rag.execution;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A step of a run as its readers see it.
 *
 * @param step its id in the definition
 * @param purpose {@code step}, {@code item} of a for_each, or {@code compensation}
 * @param status {@code pending}, {@code scheduled}, {@code running}, {@code waiting}, {@code completed}, {@code skipped},
 *     {@code failed}, {@code cancelled} or {@code unknown}
 * @param effectId what the step's effect is named by on the other side
 * @param input as it was called; null where the run's data are not shown to the caller, as is {@code output}
 */
record ExecutionStep(
        UUID id,
        String step,
        String purpose,
        int position,
        String status,
        int attempts,
        UUID effectId,
        @Nullable Map<String, Object> input,
        @Nullable Map<String, Object> output,
        @Nullable Map<String, Object> waitsFor,
        @Nullable String errorKind,
        @Nullable String errorMessage,
        @Nullable Instant wakeAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt) {}
