package io.arketic.rag.model;

import io.arketic.rag.problem.ProblemException;

/** Reports that a model gave up an answer after spending tokens on it. */
public final class AnswerBroken extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemException problem;
    private final String model;
    private final transient Usage usage;

    public AnswerBroken(ProblemException problem, String model, Usage usage) {
        super(problem);
        this.problem = problem;
        this.model = model;
        this.usage = usage;
    }

    public ProblemException problem() {
        return problem;
    }

    public String model() {
        return model;
    }

    public Usage usage() {
        return usage;
    }
}
