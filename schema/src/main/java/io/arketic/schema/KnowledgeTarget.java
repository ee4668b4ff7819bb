package io.arketic.schema;

import java.util.UUID;

/** Where the chunks of a dropped object go, and how its knowledge base wants them made. */
public record KnowledgeTarget(
        UUID organizationId,
        UUID knowledgeBaseId,
        int generation,
        String embeddingModel,
        int chunkSize,
        int chunkOverlap) {

    public TenantContext context() {
        return TenantContext.ofOrganization(organizationId);
    }
}
