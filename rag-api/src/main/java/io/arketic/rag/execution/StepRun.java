package io.arketic.rag.execution;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code workflow_step_runs}. */
record StepRun(
        UUID id,
        UUID executionId,
        String key,
        String purpose,
        int position,
        String status,
        int attempts,
        UUID effectId,
        @Nullable Map<String, Object> output,
        @Nullable Map<String, Object> state,
        @Nullable String errorKind,
        @Nullable String errorMessage,
        @Nullable Instant wakeAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt) {

    static final String STEP = "step";
    static final String ITEM = "item";
    static final String COMPENSATION = "compensation";

    /** Of a step that is done before its row is there. */
    static StepRun draft(UUID id, UUID executionId, String key, UUID effectId) {
        return new StepRun(
                id, executionId, key, STEP, 0, "running", 1, effectId, null, null, null, null, null, null, null);
    }

    boolean ended() {
        return switch (status) {
            case "completed", "skipped", "failed", "cancelled" -> true;
            default -> false;
        };
    }

    boolean is(String wanted) {
        return status.equals(wanted);
    }
}
