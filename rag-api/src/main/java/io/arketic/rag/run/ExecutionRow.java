package io.arketic.rag.run;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code workflow_executions}, as the engine reads it. */
public record ExecutionRow(
        UUID id,
        UUID organizationId,
        UUID workflowId,
        String version,
        int number,
        String status,
        Map<String, Object> input,
        Map<String, Object> trigger,
        @Nullable UUID actingUserId,
        @Nullable Instant startedAt,
        @Nullable Instant deadline,
        boolean paused,
        @Nullable UUID parentRunId,
        int nesting) {

    public boolean ended() {
        return switch (status) {
            case "completed", "failed", "cancelled", "timed_out" -> true;
            default -> false;
        };
    }
}
