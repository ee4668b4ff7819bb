package io.arketic.rag.workflow;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A version of a workflow's definition. It never changes. */
record WorkflowVersion(
        UUID id,
        String version,
        Map<String, Object> definition,
        @Nullable UUID createdById,
        Instant createdAt) {}
