package io.arketic.rag.knowledge;

import io.arketic.rag.organization.Membership;
import io.arketic.schema.ledger.KnowledgeTarget;

/** Holds a knowledge base and the caller's access to it. */
public record KnowledgeAccess(Membership membership, KnowledgeBase knowledgeBase) {

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
