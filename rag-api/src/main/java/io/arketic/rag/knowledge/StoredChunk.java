package io.arketic.rag.knowledge;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a stored chunk without its vector.
 *
 * @param vectorId names the vector in exports and in other stores
 * @param relevanceScore from 0 to 1: how much the text says; searches rank chunks below 0.1 last
 * @param keywords the words that distinguish the chunk in its knowledge base, the best first
 * @param summary null until it is asked for
 */
public record StoredChunk(
        UUID id,
        int chunkIndex,
        String chunkType,
        @Nullable Integer pageNumber,
        int startOffset,
        int endOffset,
        int tokenCount,
        @Nullable String title,
        @Nullable String embeddingModel,
        int documentVersion,
        int generation,
        String content,
        int contentLength,
        @Nullable String vectorId,
        @Nullable Double relevanceScore,
        List<String> keywords,
        @Nullable String summary) {

    public StoredChunk withSummary(String made) {
        return new StoredChunk(
                id,
                chunkIndex,
                chunkType,
                pageNumber,
                startOffset,
                endOffset,
                tokenCount,
                title,
                embeddingModel,
                documentVersion,
                generation,
                content,
                contentLength,
                vectorId,
                relevanceScore,
                keywords,
                made);
    }
}
