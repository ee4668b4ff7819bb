package io.arketic.rag.answer;

import io.arketic.rag.problem.ProblemException;

/** A model gave up on an answer, after it had spent something on it. */
final class AnswerBroken extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemException problem;
    private final String model;
    private final transient Usage usage;

    AnswerBroken(ProblemException problem, String model, Usage usage) {
        super(problem);
        this.problem = problem;
        this.model = model;
        this.usage = usage;
    }

    ProblemException problem() {
        return problem;
    }

    String model() {
        return model;
    }

    Usage usage() {
        return usage;
    }
}
