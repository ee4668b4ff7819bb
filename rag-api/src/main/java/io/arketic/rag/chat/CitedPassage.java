package io.arketic.rag.chat;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.arketic.rag.answer.Citation;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a citation and the present state of its source.
 *
 * @param state {@code current}: the quote is at its cited place, even if the document was embedded again; {@code
 *     replaced}: the document has other content now; {@code deleted}; {@code unavailable}: the caller may not read it
 * @param currentVersion of the document; null where it is gone
 * @param currentOffset where the quote begins in the document's text now, in code points; null where it is not in there
 * @param currentChunkId the chunk with the cited one's content in the generation that is searched now
 * @param before up to 300 code points before the quote, as they are now
 * @param contentUrl the original file, at the page of the quote where it has pages; of the drive's documents the version that
 *     was cited; null where it is gone
 */
record CitedPassage(
        @JsonUnwrapped Citation citation,
        String state,
        @Nullable Integer currentVersion,
        @Nullable Integer currentOffset,
        @Nullable UUID currentChunkId,
        @Nullable String before,
        @Nullable String after,
        @Nullable String contentUrl) {}
