package io.arketic.rag.execution;

import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.InlineStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code delay}: goes on after so many seconds, or at a time. */
@Component
class DelayStep implements InlineStep {

    private static final String UNTIL = "until";
    private static final StepSpec SPEC = StepSpec.of(
            "delay",
            "Waits for some seconds, or until a time. A time that has passed is not waited for.",
            StepField.optional("seconds", StepField.Kind.INTEGER, "How long"),
            StepField.optional(UNTIL, StepField.Kind.TEXT, "A time in ISO 8601, for example 2026-12-24T18:00:00Z"));

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public StepOutcome run(StepCall call) {
        Instant until = call.state() == null
                ? until(call)
                : Instant.parse(String.valueOf(call.state().get(UNTIL)));
        return Instant.now().isBefore(until)
                ? new StepOutcome.Waiting(until, Map.of(UNTIL, until.toString()))
                : new StepOutcome.Completed(Map.of(UNTIL, until.toString()));
    }

    private static Instant until(StepCall call) {
        if (call.config().containsKey(UNTIL)) {
            try {
                return Instant.parse(call.requireText(UNTIL));
            } catch (DateTimeException none) {
                throw new StepFailure(FailureKind.INVALID, "until is no time in ISO 8601");
            }
        }
        return Instant.now().plusSeconds(Math.max(0, call.number("seconds", 0)));
    }
}
