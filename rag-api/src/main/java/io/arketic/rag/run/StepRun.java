package io.arketic.rag.run;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code workflow_step_runs}.
 *
 * @param task that began the attempt
 */
public record StepRun(
        UUID id,
        UUID executionId,
        String key,
        String purpose,
        int position,
        String status,
        int attempts,
        UUID effectId,
        @Nullable String task,
        @Nullable Map<String, Object> output,
        @Nullable Map<String, Object> state,
        @Nullable String errorKind,
        @Nullable String errorMessage,
        @Nullable Instant wakeAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt) {

    static final String STEP = "step";
    public static final String ITEM = "item";
    static final String COMPENSATION = "compensation";

    /** Returns a run for a step that is executed before its row exists. */
    public static StepRun draft(UUID id, UUID executionId, String key, UUID effectId) {
        return new StepRun(
                id, executionId, key, STEP, 0, "running", 1, effectId, null, null, null, null, null, null, null, null);
    }

    /** Returns this run after its only attempt has succeeded. */
    StepRun completed(Map<String, Object> result) {
        Instant now = Instant.now();
        return new StepRun(
                id,
                executionId,
                key,
                purpose,
                position,
                "completed",
                attempts,
                effectId,
                task,
                result,
                state,
                null,
                null,
                null,
                now,
                now);
    }

    /** Returns whether it is one of the steps of the run that are done. */
    boolean counts() {
        return purpose.equals(STEP) && (is("completed") || is("skipped"));
    }

    /** The item of a for_each that it is for; its step does not see it as a state that it kept. */
    @Nullable
    Object item() {
        return state == null ? null : state.get(ITEM);
    }

    /** Returns the state that the step stored when it began to wait; null before. */
    @Nullable
    Map<String, Object> kept() {
        if (state == null || !purpose.equals(ITEM)) {
            return state;
        }
        Map<String, Object> kept = new LinkedHashMap<>(state);
        kept.remove(ITEM);
        return kept.isEmpty() ? null : kept;
    }

    /** Returns whether a task other than this one has begun it. */
    boolean isBegunByAnother(String other) {
        return is("running") && task != null && !task.equals(other);
    }

    boolean ended() {
        return switch (status) {
            case "completed", "skipped", "failed", "cancelled" -> true;
            default -> false;
        };
    }

    /** Returns whether the run of the step can still change. */
    boolean isOpen() {
        return !ended();
    }

    public boolean is(String wanted) {
        return status.equals(wanted);
    }
}
