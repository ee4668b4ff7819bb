package io.arketic.rag.answer;

import io.arketic.rag.model.Usage;
import io.arketic.rag.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** Says how an answer ended. In each case, its {@link #usage()} was spent and is charged. */
public sealed interface AnswerOutcome {

    Usage usage();

    /** Returns the model that the usage is of; null if none was asked, so that it is the wanted one's. */
    @Nullable
    String spentBy();

    /** The answer is complete. */
    record Complete(Answer answer) implements AnswerOutcome {

        @Override
        public Usage usage() {
            return answer.usage();
        }

        @Override
        public @Nullable String spentBy() {
            return answer.model().equals(Answer.NO_MODEL) ? null : answer.model();
        }
    }

    /**
     * The answer ended before it was complete.
     *
     * @param problem why
     * @param content what had been given to the listener until then; empty for nothing
     * @param model that was composing it, or was to
     * @param cancelled whether a user stopped it, or no reader was left
     */
    record Broken(ProblemException problem, String content, String model, Usage usage, boolean cancelled)
            implements AnswerOutcome {

        @Override
        public String spentBy() {
            return model;
        }
    }
}
