package io.arketic.rag.extractive;

import io.arketic.schema.search.ChunkHit;

/**
 * Holds a sentence of a chunk, or a list item, a table's row, a line of a log, a piece of code.
 *
 * @param rank of its chunk among the hits, from 0
 * @param start offset of its first character in the document version's text, in code points, inclusive
 * @param end exclusive
 * @param text exactly the document's text from start to end
 * @param context what must be known to read it: a table's header, the heading or the term over it; empty elsewhere
 * @param block counts the chunk's paragraphs, items and rows; sentences that run on are of one block
 * @param section counts the chunk's headings; what stands under one heading is of one section
 */
public record Sentence(
        ChunkHit hit,
        int rank,
        int start,
        int end,
        String text,
        String context,
        SentenceForm form,
        int block,
        int section) {

    boolean overlaps(Sentence other) {
        return hit.documentId().equals(other.hit.documentId()) && start < other.end && other.start < end;
    }
}
