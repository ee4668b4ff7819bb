package io.arketic.rag.answer;

import io.arketic.rag.model.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the prompt of an answer before its passages are known.
 *
 * @param tokens of the question, the instructions, and the earlier turns
 * @param conversation whether earlier turns may be condensed first
 */
record ExpectedPrompt(int tokens, boolean conversation) {

    /** Estimates the rules, and ten passages of up to 512 tokens with their names. */
    private static final int RULES_AND_PASSAGES = 6000;

    /** Makes the estimate one that few prompts pass. */
    private static final double FACTOR = 1.25;

    static ExpectedPrompt of(String question, @Nullable String instructions, int earlierTokens, boolean conversation) {
        return new ExpectedPrompt(
                Usage.estimate(question) + (instructions == null ? 0 : Usage.estimate(instructions)) + earlierTokens,
                conversation);
    }

    static ExpectedPrompt of(Question question) {
        int earlier = question.earlier().stream()
                .mapToInt(turn -> Usage.estimate(turn.said()))
                .sum();
        return of(
                question.text() + (question.form() == null ? "" : question.form()),
                question.instructions(),
                earlier,
                !question.earlier().isEmpty());
    }

    /** Returns the tokens of the whole prompt. */
    int whole() {
        return (int) Math.ceil(FACTOR * (RULES_AND_PASSAGES + tokens));
    }
}
