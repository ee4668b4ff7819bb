package io.arketic.rag.workflow;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow as its readers see it.
 *
 * @param version of {@code definition}, the newest
 * @param status {@code draft}, {@code active}, {@code paused} or {@code archived}
 * @param triggerType of the active version, else of the newest
 * @param retryAttempts how often a failed step without a rule of its own is tried again
 * @param activeVersion what triggers run; null before the first activation
 * @param activatedById the member with whose rights triggers run it
 * @param avgExecutionTime of completed runs, in seconds
 */
public record Workflow(
        UUID id,
        UUID organizationId,
        UUID creatorId,
        String name,
        @Nullable String description,
        String version,
        String status,
        String triggerType,
        int maxExecutionTime,
        int retryAttempts,
        @Nullable String cronExpression,
        String cronTimezone,
        Map<String, Object> definition,
        int executionCount,
        int successCount,
        int failureCount,
        @Nullable Double avgExecutionTime,
        @Nullable Instant lastRunAt,
        @Nullable Instant nextRunAt,
        @Nullable String activeVersion,
        @Nullable UUID activatedById,
        @Nullable Instant activatedAt,
        Instant createdAt,
        Instant updatedAt) {

    public static final String ACTIVE = "active";
    static final String DRAFT = "draft";
    static final String PAUSED = "paused";
    static final String ARCHIVED = "archived";
}
