package io.arketic.rag.answer;

import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.ChunkHit;
import io.arketic.schema.SearchRequest.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Answers questions from knowledge bases. No database connection is held while a model works. */
@Component
public class Answers {

    private static final int PASSAGES = 10;

    private record Pages(int version, List<Integer> starts) {}

    private static final Pages NO_PAGES = new Pages(0, List.of());

    private final Retrieval retrieval;
    private final ChatModel model;
    private final Transactions transactions;

    Answers(Retrieval retrieval, ChatProperties chat, Transactions transactions) {
        this.retrieval = retrieval;
        this.model = chat.configured() ? new OpenAiModel(chat) : new ExtractiveModel(retrieval);
        this.transactions = transactions;
    }

    /**
     * Says so in the answer's content, without citations, when the knowledge bases hold none.
     *
     * @throws io.arketic.rag.problem.ProblemException when a model or the database does not answer
     */
    public Answer answer(Question question, AnswerListener listener) {
        List<ChunkHit> hits = retrieval.find(
                question.membership(), question.knowledgeBases(), question.text(), Mode.HYBRID, PASSAGES, null);
        listener.retrieved(hits);
        if (hits.isEmpty()) {
            listener.text(ExtractiveAnswerer.NO_ANSWER);
            return new Answer(ExtractiveAnswerer.NO_ANSWER, "none", 0, 0, List.of());
        }
        ChatModel.Composition composition = model.compose(question, hits, listener::text);
        return new Answer(
                composition.content(),
                composition.model(),
                composition.tokens(),
                composition.confidence(),
                onPages(question, composition.citations()));
    }

    /** A quote may begin pages after its chunk; the page is that of the quote. */
    private List<Citation> onPages(Question question, List<Citation> citations) {
        if (citations.isEmpty()) {
            return citations;
        }
        Map<UUID, Pages> pages = new HashMap<>();
        transactions.execute(
                question.membership().context(),
                sql -> sql.sql("SELECT id, version, page_starts FROM knowledge_documents WHERE id IN (:ids)")
                        .param(
                                "ids",
                                citations.stream()
                                        .map(Citation::documentId)
                                        .distinct()
                                        .toList())
                        .query((row, number) -> pages.put(
                                row.getObject("id", UUID.class), new Pages(row.getInt("version"), List.of((Integer[])
                                        row.getArray("page_starts").getArray()))))
                        .list());
        return citations.stream()
                .map(citation -> {
                    Pages known = pages.getOrDefault(citation.documentId(), NO_PAGES);
                    return known.version() == citation.documentVersion()
                                    && !known.starts().isEmpty()
                            ? citation.onPage(page(known.starts(), citation.startOffset()))
                            : citation;
                })
                .toList();
    }

    /** Counts from 1. */
    static int page(List<Integer> pageStarts, int offset) {
        int page = 0;
        while (page < pageStarts.size() && pageStarts.get(page) <= offset) {
            page++;
        }
        return Math.max(1, page);
    }
}
