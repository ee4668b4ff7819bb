package io.arketic.rag.answer;

import java.util.List;

/**
 * An answer with its sources.
 *
 * @param content marks its sources as {@code [number]}
 * @param model that composed it
 * @param tokens that a language model took for it; 0 where none was asked
 * @param confidence from 0 to 1; see RATIONALE.md
 * @param citations in order of their numbers; empty when the passages hold no answer
 */
public record Answer(String content, String model, int tokens, double confidence, List<Citation> citations) {

    public Answer {
        citations = List.copyOf(citations);
    }
}
