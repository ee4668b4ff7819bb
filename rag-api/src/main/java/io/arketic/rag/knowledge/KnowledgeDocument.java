package io.arketic.rag.knowledge;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a document's state, without its text.
 *
 * @param sourceDocumentId the drive's document that it follows; null for one that was uploaded here
 * @param filePath the object's whole key in the bucket
 * @param version counts the contents that were indexed; 0 until the first
 * @param metadata what users say of it, by keys of their own
 * @param warnings parts of the file that gave no text; a list of documents has the first 20 of each
 * @param warningCount all of them; 0 where the file was read whole
 */
public record KnowledgeDocument(
        UUID id,
        UUID knowledgeBaseId,
        @Nullable UUID uploadedById,
        @Nullable UUID sourceDocumentId,
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
        Map<String, String> metadata,
        List<PartlyRead.Warning> warnings,
        int warningCount,
        Instant createdAt,
        Instant updatedAt) {}
