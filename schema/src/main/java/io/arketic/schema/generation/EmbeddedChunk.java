package io.arketic.schema.generation;

import org.jspecify.annotations.Nullable;

/**
 * Holds a chunk in its stored form.
 *
 * @param type a label of the database's {@code chunk_type}: text, title, table, list, code, image
 * @param start offset in the document's text, in code points, inclusive
 * @param end exclusive
 * @param context words that find the chunk and stand elsewhere: its document's names, its table's header
 * @param embedded the text that the vector was made of, the chunk's own or with context before it
 * @param embedding {@code float[dimensions]} of length 1
 * @param known whether the vector was there already, from the same text and model
 */
@SuppressWarnings("ArrayRecordComponent") // one vector per chunk, never compared; a list would box each float
public record EmbeddedChunk(
        int ordinal,
        String type,
        @Nullable Integer page,
        int start,
        int end,
        String text,
        @Nullable String title,
        int tokens,
        @Nullable String context,
        String embedded,
        float[] embedding,
        boolean known) {

    /** Creates a chunk whose own text is embedded, without context. */
    public EmbeddedChunk(
            int ordinal,
            String type,
            @Nullable Integer page,
            int start,
            int end,
            String text,
            @Nullable String title,
            int tokens,
            float[] embedding,
            boolean known) {
        this(ordinal, type, page, start, end, text, title, tokens, null, text, embedding, known);
    }
}
