package io.arketic.rag.knowledge;

import io.arketic.rag.listing.EntityTag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/**
 * Holds a stored chunk without its vector.
 *
 * @param vectorId names the vector in exports and in other stores
 * @param relevanceScore from 0 to 1: how much the text says; searches leave chunks below 0.1 out beside others
 * @param keywords the words that distinguish the chunk in its knowledge base, the best first; or as a user wrote them
 * @param keywordsEdited whether a user wrote them
 * @param summary null until it is asked for
 * @param summaryEdited whether a user wrote it
 * @param enabled false if a user switched the chunk off, so that searches leave it out
 * @param notedAt when a user or a model last wrote of the chunk; null for never
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
        boolean keywordsEdited,
        @Nullable String summary,
        boolean summaryEdited,
        boolean enabled,
        @Nullable Instant notedAt) {

    private static final Instant UNWRITTEN = Instant.EPOCH.plusSeconds(1);

    /** Identifies the version that a change is based on; another version of the document may have another text at this place. */
    EntityTag version() {
        return EntityTag.of(
                notedAt == null ? UNWRITTEN : notedAt,
                documentVersion + "." + UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)));
    }

    /** Answers with the chunk and its version. */
    public ResponseEntity<StoredChunk> answer() {
        return ResponseEntity.ok().eTag(version().text()).body(this);
    }

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
                keywordsEdited,
                made,
                summaryEdited,
                enabled,
                notedAt);
    }
}
