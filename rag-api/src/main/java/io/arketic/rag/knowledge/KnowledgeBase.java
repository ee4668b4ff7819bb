package io.arketic.rag.knowledge;

import io.arketic.rag.listing.EntityTag;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a collection of documents that is searched as one.
 *
 * @param chunkSize in characters, as {@code chunkOverlap}
 * @param similarityThreshold cosine below which a chunk is no hit
 * @param rerank whether the deployment's reranker orders what a search finds
 * @param filePasswordCount passwords for its encrypted files; they are never shown
 * @param ocrLanguages that scans are read in, as Tesseract calls them; empty for the deployment's
 */
public record KnowledgeBase(
        UUID id,
        UUID organizationId,
        UUID ownerId,
        String name,
        @Nullable String description,
        String knowledgeBaseType,
        String embeddingModel,
        String vectorStoreType,
        int chunkSize,
        int chunkOverlap,
        double similarityThreshold,
        List<String> ocrLanguages,
        int filePasswordCount,
        boolean rerank,
        boolean isPublic,
        long documentCount,
        long totalChunks,
        long totalSizeBytes,
        boolean isActive,
        boolean isIndexing,
        int activeGeneration,
        Instant createdAt,
        Instant updatedAt) {

    public EntityTag etag() {
        return EntityTag.of(updatedAt);
    }
}
