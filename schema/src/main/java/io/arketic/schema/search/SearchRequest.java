package io.arketic.schema.search;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Describes a search over the live chunks of some knowledge bases of one organization.
 *
 * @param questions the question embedded, by id of the embedding model; a knowledge base whose model is missing is
 *     searched by text alone. Not needed for {@link Mode#TEXT}
 * @param limit chunks returned at most, 1 to 100
 * @param generation searched instead of the live one, to compare both; null for the live one
 * @param threshold least cosine similarity of a chunk found by its vector alone; null takes each knowledge base's own
 * @param filter what is searched of them
 */
public record SearchRequest(
        List<UUID> knowledgeBaseIds,
        String query,
        Map<String, EmbeddedQuestion> questions,
        Mode mode,
        int limit,
        @Nullable Double threshold,
        @Nullable Integer generation,
        SearchFilter filter) {

    /** Selects the signals that decide. */
    public enum Mode {
        /** Adds the scores of vector and full text. */
        HYBRID,
        VECTOR,
        TEXT
    }

    public SearchRequest {
        knowledgeBaseIds = List.copyOf(knowledgeBaseIds);
        questions = Map.copyOf(questions);
        if (limit < 1 || limit > 100) {
            throw new IllegalArgumentException("limit must be from 1 to 100: " + limit);
        }
    }

    /** Creates a request over all chunks of a generation. */
    public SearchRequest(
            List<UUID> knowledgeBaseIds,
            String query,
            Map<String, EmbeddedQuestion> questions,
            Mode mode,
            int limit,
            @Nullable Double threshold,
            @Nullable Integer generation) {
        this(knowledgeBaseIds, query, questions, mode, limit, threshold, generation, SearchFilter.NONE);
    }

    /** Creates a request over the live chunks. */
    public SearchRequest(
            List<UUID> knowledgeBaseIds,
            String query,
            Map<String, EmbeddedQuestion> questions,
            Mode mode,
            int limit,
            @Nullable Double threshold) {
        this(knowledgeBaseIds, query, questions, mode, limit, threshold, null);
    }
}
