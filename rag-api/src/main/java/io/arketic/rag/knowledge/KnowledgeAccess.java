package io.arketic.rag.knowledge;

import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.ledger.KnowledgeTarget;

/**
 * Holds a knowledge base and the caller's access to it.
 *
 * @param right to the knowledge base: view, edit or share
 */
public record KnowledgeAccess(Membership membership, KnowledgeBase knowledgeBase, String right) {

    /** Is the right to read, search and ask. */
    public static final String VIEW = "view";

    /**
     * Returns itself if the right suffices for what the endpoint requires.
     *
     * @throws ProblemException for a change by a user that may read only
     */
    public KnowledgeAccess permitting(Permission permission) {
        boolean removes = permission == Permission.KNOWLEDGE_REMOVE
                && knowledgeBase.knowledgeBaseType().equals("personal")
                && !right.equals("share");
        if (removes || permission == Permission.KNOWLEDGE_WRITE && right.equals(VIEW)) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "The knowledge base is shared with you for reading only.");
        }
        return this;
    }

    public KnowledgeTarget target() {
        return new KnowledgeTarget(
                knowledgeBase.organizationId(),
                knowledgeBase.id(),
                knowledgeBase.activeGeneration(),
                knowledgeBase.embeddingModel(),
                knowledgeBase.chunkSize(),
                knowledgeBase.chunkOverlap());
    }
}
