package io.arketic.rag.answer;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names the source of a sentence in an answer.
 *
 * @param number as it stands in the answer, {@code [number]}
 * @param documentId null once the document is removed for good
 * @param pageNumber page of the quote's first character; null where the format has no pages
 * @param startOffset of the quote in the text of that version of the document, in code points, inclusive
 * @param endOffset exclusive
 * @param quote exactly that part of the text
 * @param score of the chunk that the quote was found in; comparable within one answer only
 */
public record Citation(
        int number,
        UUID knowledgeBaseId,
        @Nullable UUID documentId,
        int documentVersion,
        UUID chunkId,
        int generation,
        String filename,
        String filePath,
        @Nullable String title,
        @Nullable Integer pageNumber,
        int startOffset,
        int endOffset,
        String quote,
        double score) {

    Citation onPage(int page) {
        return new Citation(
                number,
                knowledgeBaseId,
                documentId,
                documentVersion,
                chunkId,
                generation,
                filename,
                filePath,
                title,
                page,
                startOffset,
                endOffset,
                quote,
                score);
    }
}
