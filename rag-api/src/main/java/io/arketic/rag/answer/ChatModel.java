package io.arketic.rag.answer;

import io.arketic.schema.ChunkHit;
import java.util.List;
import java.util.function.Consumer;

/** Composes an answer of passages. Safe for use by several threads. */
interface ChatModel {

    /**
     * What was composed.
     *
     * @param citations with pages as the chunks have them
     */
    record Composition(String content, String model, int tokens, double confidence, List<Citation> citations) {}

    /**
     * Composes an answer of {@code hits}, of which there is at least one.
     *
     * @param pieces is given the content as it comes about
     * @throws io.arketic.rag.problem.ProblemException when a model does not answer; what {@code pieces} got is then no
     *     answer
     */
    Composition compose(Question question, List<ChunkHit> hits, Consumer<String> pieces);

    /** Cites {@code start} to {@code end}, in code points of the document, of a chunk. */
    static Citation cite(int number, ChunkHit hit, int start, int end, String quote) {
        return new Citation(
                number,
                hit.knowledgeBaseId(),
                hit.documentId(),
                hit.documentVersion(),
                hit.chunkId(),
                hit.generation(),
                hit.filename(),
                hit.filePath(),
                hit.title(),
                hit.page(),
                start,
                end,
                quote,
                hit.score());
    }
}
