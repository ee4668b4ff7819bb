package io.arketic.rag.model;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reports why a call of a language model's endpoint gave no whole text. */
final class UpstreamFailure extends Exception {

    private static final long serialVersionUID = 1L;

    enum Kind {
        UNREACHABLE("cannot be reached", true, true),
        BUSY("has too much to do", true, false),
        FAILED("failed", true, true),
        BROKEN_OFF("broke off", true, true),
        SILENT("took too long", false, true),
        GARBLED("sent what is no answer", false, true),
        EMPTY("gave no text", false, false),
        TOO_MUCH("sent far more than it was asked for", false, true),
        REFUSED("refused the request", false, false),
        /** The endpoint's circuit breaker is open. */
        RESTING("has failed too often lately", false, false),
        CANCELLED("was stopped", false, false);

        private final String explanation;
        private final boolean passing;
        private final boolean fault;

        Kind(String explanation, boolean passing, boolean fault) {
            this.explanation = explanation;
            this.passing = passing;
            this.fault = fault;
        }
    }

    private final Kind kind;
    private final @Nullable Duration retryAfter;
    private final boolean accepted;

    /** @param accepted whether the endpoint had begun to work on it */
    UpstreamFailure(Kind kind, @Nullable Duration retryAfter, boolean accepted, @Nullable Throwable cause) {
        super(kind.name(), cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
        this.accepted = accepted;
    }

    UpstreamFailure(Kind kind, boolean accepted) {
        this(kind, null, accepted, null);
    }

    Kind kind() {
        return kind;
    }

    /** Returns whether the same call may succeed in a moment. */
    boolean passing() {
        return kind.passing;
    }

    /** Returns whether it is the endpoint's fault, and not the request's. */
    boolean fault() {
        return kind.fault;
    }

    /** Returns the pause that the endpoint requests; null if it names none. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    boolean accepted() {
        return accepted;
    }

    ProblemException problem() {
        return new ProblemException(
                kind == Kind.CANCELLED ? ProblemReason.ANSWER_STOPPED : ProblemReason.MODEL_UNAVAILABLE,
                "The language model " + kind.explanation + ".",
                this);
    }
}
