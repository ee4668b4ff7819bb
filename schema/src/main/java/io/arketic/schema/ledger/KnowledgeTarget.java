package io.arketic.schema.ledger;

import io.arketic.schema.tenancy.TenantContext;
import java.io.Serializable;
import java.util.UUID;

/**
 * Says where the chunks of a dropped object go, and how its knowledge base wants them made.
 *
 * @param epoch of the object at the look whose result is written; {@link #UNCHECKED} for a write that goes back to no look
 *     at the store
 */
public record KnowledgeTarget(
        UUID organizationId,
        UUID knowledgeBaseId,
        int generation,
        String embeddingModel,
        int chunkSize,
        int chunkOverlap,
        long epoch)
        implements Serializable {

    /** Marks a write outside of the order of looks: a later look never refuses it. */
    public static final long UNCHECKED = -1;

    public KnowledgeTarget(
            UUID organizationId,
            UUID knowledgeBaseId,
            int generation,
            String embeddingModel,
            int chunkSize,
            int chunkOverlap) {
        this(organizationId, knowledgeBaseId, generation, embeddingModel, chunkSize, chunkOverlap, UNCHECKED);
    }

    /** Returns the same target for a write by a look of this epoch. */
    public KnowledgeTarget at(long lookEpoch) {
        return new KnowledgeTarget(
                organizationId, knowledgeBaseId, generation, embeddingModel, chunkSize, chunkOverlap, lookEpoch);
    }

    public TenantContext context() {
        return TenantContext.ofOrganization(organizationId);
    }
}
