package io.arketic.rag.approval;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A step that waits for a decision of the caller.
 *
 * @param id of the step's run
 * @param step its id in the definition
 * @param message what is to be decided
 * @param deadline when a missing decision counts as the definition says
 */
record WaitingApproval(
        UUID id,
        UUID workflowId,
        String workflowName,
        UUID executionId,
        int executionNumber,
        String step,
        String message,
        @Nullable UUID actingUserId,
        @Nullable Instant deadline,
        @Nullable Instant startedAt) {}
