package io.arketic.rag.extractive;

import io.arketic.schema.search.ChunkHit;
import java.util.List;

/**
 * Holds adjacent sentences of a chunk that are shown as one.
 *
 * @param start offset of its first character in the document version's text, in code points, inclusive
 * @param end exclusive
 * @param quote exactly the document's text from start to end
 * @param told the same for a reader: a table's row as "column: value"
 */
public record Passage(ChunkHit hit, int rank, int start, int end, String quote, String told) {

    /** @param sentences that follow one another in one chunk */
    static Passage of(List<Sentence> sentences) {
        Sentence first = sentences.get(0);
        Sentence last = sentences.get(sentences.size() - 1);
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < sentences.size(); ) {
            int next = i + 1;
            boolean row = sentences.get(i).form() == SentenceForm.ROW;
            while (!row && next < sentences.size() && sentences.get(next).form() != SentenceForm.ROW) {
                next++;
            }
            told.append(told.isEmpty() ? "" : "\n");
            told.append(
                    row
                            ? TableRows.told(sentences.get(i))
                            : quote(
                                    first.hit(),
                                    sentences.get(i).start(),
                                    sentences.get(next - 1).end()));
            i = next;
        }
        return new Passage(
                first.hit(),
                first.rank(),
                first.start(),
                last.end(),
                quote(first.hit(), first.start(), last.end()),
                told.toString());
    }

    boolean overlaps(Passage other) {
        return hit.documentId().equals(other.hit.documentId()) && start < other.end && other.start < end;
    }

    private static String quote(ChunkHit hit, int start, int end) {
        String text = hit.text();
        int from = text.offsetByCodePoints(0, start - hit.start());
        return text.substring(from, text.offsetByCodePoints(from, end - start));
    }
}
