package io.arketic.rag.run;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run that is to begin.
 *
 * @param acting the member with whose rights it runs
 * @param triggeredBy the member that asked for it; null for a trigger
 * @param parentRunId the step of another run that waits for it; null for none
 * @param nesting how many runs it is below
 */
public record NewRun(
        UUID workflowId,
        String version,
        UUID acting,
        @Nullable UUID triggeredBy,
        Map<String, ?> input,
        Map<String, ?> trigger,
        @Nullable UUID parentRunId,
        int nesting) {}
