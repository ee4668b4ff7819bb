package io.arketic.rag.answer;

import io.arketic.rag.model.Usage;
import io.arketic.rag.problem.ProblemException;

/** How an answer ended. Whatever it was, its {@link #usage()} has been spent and is charged. */
public sealed interface AnswerOutcome {

    Usage usage();

    /** It is whole. */
    record Complete(Answer answer) implements AnswerOutcome {

        @Override
        public Usage usage() {
            return answer.usage();
        }
    }

    /**
     * It ended before it was whole.
     *
     * @param problem why
     * @param content what had been given to the listener until then; empty for nothing
     * @param model that was composing it, or was to
     * @param cancelled somebody ended it, or nobody was left to read it
     */
    record Broken(ProblemException problem, String content, String model, Usage usage, boolean cancelled)
            implements AnswerOutcome {}
}
