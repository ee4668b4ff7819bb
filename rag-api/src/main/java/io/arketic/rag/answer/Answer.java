package io.arketic.rag.answer;

import io.arketic.rag.model.Usage;
import java.util.List;

/**
 * Holds an answer with its sources.
 *
 * @param content marks its sources as {@code [number]}
 * @param model that composed it
 * @param usage of the language model, {@link Usage#NONE} where none was asked
 * @param confidence from 0 to 1; see RATIONALE.md
 * @param citations in order of their numbers; empty when the passages hold no answer
 */
public record Answer(String content, String model, Usage usage, double confidence, List<Citation> citations) {

    /** Stands for the model of an answer that no model composed. */
    static final String NO_MODEL = "none";

    public Answer {
        citations = List.copyOf(citations);
    }

    public int tokens() {
        return usage.total();
    }
}
