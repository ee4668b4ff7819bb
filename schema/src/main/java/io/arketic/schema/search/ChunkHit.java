package io.arketic.schema.search;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a chunk that a search found.
 *
 * @param start offset in the document version's text, in code points, inclusive
 * @param end exclusive
 * @param score what the hits are ordered by, higher is better; comparable within one answer only
 * @param similarity cosine to the question; null when only the text matched and no vector was given
 * @param enabled whether no user has switched it off
 */
public record ChunkHit(
        UUID chunkId,
        UUID documentId,
        int documentVersion,
        UUID knowledgeBaseId,
        int generation,
        String filename,
        String filePath,
        int ordinal,
        String type,
        @Nullable Integer page,
        int start,
        int end,
        @Nullable String title,
        String text,
        double score,
        @Nullable Double similarity,
        boolean enabled) {

    /** Returns the same hit with another score. */
    public ChunkHit scored(double other) {
        return new ChunkHit(
                chunkId,
                documentId,
                documentVersion,
                knowledgeBaseId,
                generation,
                filename,
                filePath,
                ordinal,
                type,
                page,
                start,
                end,
                title,
                text,
                other,
                similarity,
                enabled);
    }

    /** Returns the same hit with a wider part of the document as its text. */
    public ChunkHit spanning(Surroundings wider) {
        return new ChunkHit(
                chunkId,
                documentId,
                documentVersion,
                knowledgeBaseId,
                generation,
                filename,
                filePath,
                ordinal,
                type,
                page,
                wider.start(),
                wider.end(),
                title,
                wider.text(),
                score,
                similarity,
                enabled);
    }
}
