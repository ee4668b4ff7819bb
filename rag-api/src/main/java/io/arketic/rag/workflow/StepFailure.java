package io.arketic.rag.workflow;

/** Ends an attempt of a step. The message is kept with the run and shown to its readers. */
public final class StepFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    public StepFailure(FailureKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public FailureKind kind() {
        return kind;
    }
}
