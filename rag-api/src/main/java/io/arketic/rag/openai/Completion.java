package io.arketic.rag.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.arketic.rag.answer.Citation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds a whole completion, in the protocol's form. */
record Completion(String id, String object, long created, String model, List<Choice> choices, Tokens usage) {

    record Choice(int index, String finishReason, Message message) {}

    /**
     * Holds the answer.
     *
     * @param refusal always null: a refusal is an error
     * @param citations our addition, with all details
     */
    record Message(
            String role,
            String content,
            @Nullable String refusal,
            List<Annotation> annotations,
            List<Citation> citations) {}

    /** Marks a place of the answer that names a source. */
    record Annotation(String type, UrlCitation urlCitation) {}

    /**
     * Names the source of a mark.
     *
     * @param startIndex of the mark in the answer, in code points, inclusive
     * @param endIndex exclusive
     */
    record UrlCitation(int startIndex, int endIndex, String title, String url) {}

    record Tokens(int promptTokens, int completionTokens, int totalTokens) {}

    /** Holds a piece of a completion that is sent as events. */
    record Chunk(
            String id,
            String object,
            long created,
            String model,
            List<ChunkChoice> choices,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Tokens usage) {}

    record ChunkChoice(int index, @Nullable String finishReason, Delta delta) {}

    /** Holds what a piece adds; other fields are missing. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Delta(
            @Nullable String role,
            @Nullable String content,
            @Nullable List<Annotation> annotations,
            @Nullable List<Citation> citations) {}
}
