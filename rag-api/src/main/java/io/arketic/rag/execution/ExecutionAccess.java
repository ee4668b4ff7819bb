package io.arketic.rag.execution;

import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Role;

/** A run, and as whom the caller reaches it. */
record ExecutionAccess(Membership membership, Execution whole) {

    /** Returns whether the caller may see the data, which the run read with the rights of its acting member. */
    boolean showsData() {
        return membership.role().isAtLeast(Role.ADMIN)
                || membership.userId().equals(whole.actingUserId())
                || membership.userId().equals(whole.triggeredById());
    }

    /** Returns whether the run has ended. */
    boolean ended() {
        return switch (whole.status()) {
            case "completed", "failed", "cancelled", "timed_out" -> true;
            default -> false;
        };
    }

    /** The run as the caller may see it. */
    Execution execution() {
        return showsData()
                ? whole
                : new Execution(
                        whole.id(),
                        whole.organizationId(),
                        whole.workflowId(),
                        whole.executionNumber(),
                        whole.version(),
                        whole.status(),
                        whole.isPaused(),
                        whole.triggeredById(),
                        whole.actingUserId(),
                        null,
                        null,
                        null,
                        whole.currentStepId(),
                        whole.completedSteps(),
                        whole.totalSteps(),
                        whole.rerunOfId(),
                        whole.startedAt(),
                        whole.completedAt(),
                        whole.durationSeconds(),
                        whole.errorMessage(),
                        whole.createdAt());
    }
}
