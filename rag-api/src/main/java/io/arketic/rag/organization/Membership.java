package io.arketic.rag.organization;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.TenantContext;
import java.util.UUID;

/** A caller's place in an organization, as it stands in the database now. */
public record Membership(UUID organizationId, String organizationSlug, UUID userId, Role role) {

    public TenantContext context() {
        return TenantContext.of(organizationId, userId);
    }

    /** Refuses viewers. */
    public Membership mayWrite() {
        if (!role.mayWrite()) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "A viewer may read here, not write.");
        }
        return this;
    }
}
