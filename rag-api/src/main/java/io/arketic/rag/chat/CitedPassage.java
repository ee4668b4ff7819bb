package io.arketic.rag.chat;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.arketic.rag.answer.Citation;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A citation, and what has become of its source.
 *
 * @param state {@code current}: the quote stands where it was cited, also if the document has been embedded anew;
 *     {@code replaced}: the document has another content now; {@code deleted}; {@code unavailable}: not yours to read
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
