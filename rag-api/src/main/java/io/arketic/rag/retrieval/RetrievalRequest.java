package io.arketic.rag.retrieval;

import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import io.arketic.schema.search.SearchRequest.Mode;
import org.jspecify.annotations.Nullable;

/**
 * Holds a retrieval's parameters.
 *
 * @param limit passages at most, 1 to 100
 * @param threshold null takes each knowledge base's own
 * @param expansion what of the document comes with each passage
 * @param rerank whether a reranker orders what was found; null as the knowledge bases say
 */
public record RetrievalRequest(
        String question,
        Mode mode,
        int limit,
        @Nullable Double threshold,
        SearchFilter filter,
        Expansion expansion,
        @Nullable Boolean rerank) {

    /** Returns the request for an answer's passages. */
    public static RetrievalRequest forAnswer(String question, int limit, SearchFilter filter, Expansion expansion) {
        return new RetrievalRequest(question, Mode.HYBRID, limit, null, filter, expansion, null);
    }
}
