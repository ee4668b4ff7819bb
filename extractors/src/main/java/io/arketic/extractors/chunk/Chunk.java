package io.arketic.extractors.chunk;

import org.jspecify.annotations.Nullable;

/**
 * Holds a piece of a document that is embedded and found as one.
 *
 * @param ordinal counts from 0 within the document
 * @param page page of its first character, from 1; null where the format has no pages
 * @param start offset of its first character in the document's text, in Unicode code points (as PostgreSQL's
 *     {@code substring} and Python count), inclusive
 * @param end exclusive; {@code text} is exactly the document's text from start to end
 * @param title the headings it stands under, outermost first, joined by " › "; null where there are none
 * @param table caption and header of the table that it begins within, as they stand in the text before it; null where it
 *     begins within none
 * @param tokens as the embedding model counts them
 */
public record Chunk(
        int ordinal,
        ChunkType type,
        @Nullable Integer page,
        int start,
        int end,
        String text,
        @Nullable String title,
        @Nullable String table,
        int tokens) {

    /** Names what a chunk mostly contains. */
    public enum ChunkType {
        TEXT,
        TITLE,
        TABLE,
        LIST,
        CODE,
        /** Text that was recognized in a picture file. */
        IMAGE
    }
}
