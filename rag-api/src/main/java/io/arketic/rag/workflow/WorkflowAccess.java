package io.arketic.rag.workflow;

import io.arketic.rag.organization.Membership;

/** A workflow, and as whom the caller reaches it. */
public record WorkflowAccess(Membership membership, Workflow workflow) {}
