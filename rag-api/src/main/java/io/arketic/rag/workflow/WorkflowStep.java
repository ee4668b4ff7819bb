package io.arketic.rag.workflow;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A step of a workflow's newest definition, with the values of all fields that the definition leaves out.
 *
 * @param id that runs name in {@code current_step_id}; a new definition gives its steps new ones
 * @param step as the definition names it
 * @param stepOrder place in the definition, from 1
 * @param retryAttempts how often it is tried again after a failure
 * @param dependsOn the steps that have ended before it begins, as the definition names them
 */
record WorkflowStep(
        UUID id,
        String step,
        String name,
        String stepType,
        int stepOrder,
        Map<String, Object> configuration,
        @Nullable String condition,
        int retryAttempts,
        int timeoutSeconds,
        List<String> dependsOn) {}
