package io.arketic.rag.document;

import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;

/** Holds a document and the caller's access to it. */
record DocumentAccess(Membership membership, Document document) {

    /** Refuses a user who neither owns the document nor is an admin, even one who may change it. */
    DocumentAccess deleting() {
        if (!isOwn() && !isAdmin()) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "Only its owner or an admin of the organization deletes a document.");
        }
        return this;
    }

    DocumentAccess live() {
        if (document.trashedAt() != null) {
            throw new ProblemException(ProblemReason.IN_TRASH, "Restore it first.");
        }
        return this;
    }

    boolean isOwn() {
        return document.ownerId().equals(membership.userId());
    }

    boolean isAdmin() {
        return membership.role().isAtLeast(Role.ADMIN);
    }
}
