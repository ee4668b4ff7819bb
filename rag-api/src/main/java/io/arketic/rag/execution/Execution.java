package io.arketic.rag.execution;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run as its readers see it.
 *
 * @param status {@code pending}, {@code running}, {@code waiting}, {@code completed}, {@code failed}, {@code cancelled} or
 *     {@code timed_out}
 * @param actingUserId the member with whose rights it runs
 * @param currentStepId the step of the workflow that runs or waits; null where several do, and after the end
 * @param inputData null for members who are neither the acting member, nor started it, nor are admins; so are
 *     {@code outputData} and {@code triggerData}
 */
record Execution(
        UUID id,
        UUID organizationId,
        UUID workflowId,
        int executionNumber,
        String version,
        String status,
        boolean isPaused,
        @Nullable UUID triggeredById,
        @Nullable UUID actingUserId,
        @Nullable Map<String, Object> inputData,
        @Nullable Map<String, Object> outputData,
        @Nullable Map<String, Object> triggerData,
        @Nullable UUID currentStepId,
        int completedSteps,
        int totalSteps,
        @Nullable UUID rerunOfId,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable Double durationSeconds,
        @Nullable String errorMessage,
        Instant createdAt) {}
