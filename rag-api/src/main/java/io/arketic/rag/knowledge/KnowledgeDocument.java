package io.arketic.rag.knowledge;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A document as it stands, without its text.
 *
 * @param filePath the object's whole key in the bucket
 * @param version counts the contents that were indexed; 0 until the first
 */
record KnowledgeDocument(
        UUID id,
        UUID knowledgeBaseId,
        @Nullable UUID uploadedById,
        String filename,
        String filePath,
        String fileType,
        long fileSize,
        String mimeType,
        String status,
        @Nullable String processingError,
        int chunkCount,
        @Nullable String embeddingModelUsed,
        @Nullable String fileHash,
        int version,
        @Nullable String title,
        @Nullable String author,
        @Nullable String language,
        @Nullable Integer pageCount,
        Instant createdAt,
        Instant updatedAt) {}
