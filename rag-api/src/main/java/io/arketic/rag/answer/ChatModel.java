package io.arketic.rag.answer;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.model.Usage;
import io.arketic.schema.search.ChunkHit;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Composes an answer from passages. Safe for use by several threads. */
interface ChatModel {

    /**
     * Holds the composed answer.
     *
     * @param citations with pages as the chunks have them
     */
    record Composition(String content, String model, Usage usage, double confidence, List<Citation> citations) {}

    /** Holds a question that is understandable without its conversation, and the tokens for making it so. */
    record Standalone(String text, Usage usage) {}

    /** Answers without any document, if the question needs none; otherwise null. */
    default @Nullable String withoutSources(Question question) {
        return null;
    }

    /**
     * Estimates what an answer uses, rather too much than too little; nothing for a model without tokens.
     *
     * @param ownKey whether the asker or its organization has a key for a provider, which makes a call free
     */
    default Usage expected(String model, ExpectedPrompt prompt, Predicate<String> ownKey) {
        return Usage.NONE;
    }

    /** Returns the question to search for. The first question of a conversation stays unchanged. */
    Standalone standalone(Question question, Cancellation cancellation);

    /**
     * Composes an answer from {@code hits}, of which there is at least one.
     *
     * @param standalone as {@link #standalone} made it
     * @param pieces is given the content as it comes about
     * @throws io.arketic.rag.problem.ProblemException when a model does not answer; what {@code pieces} got is then no
     *     answer
     * @throws AnswerBroken the same, when something was spent
     */
    Composition compose(
            Question question,
            String standalone,
            List<ChunkHit> hits,
            Consumer<String> pieces,
            Cancellation cancellation);

    /** Cites {@code start} to {@code end} of a chunk, in code points of the document. */
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
