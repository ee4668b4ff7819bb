package io.arketic.rag.run;

import io.arketic.rag.workflow.DefinitionReader;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.InlineStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code delay}: goes on after so many seconds, at a time, or after an event. */
@Component
class DelayStep implements InlineStep {

    private static final int LONGEST_WAIT = 30 * 24 * 3600;
    private static final int USUAL_WAIT = 24 * 3600;
    private static final String UNTIL = "until";
    private static final String SECONDS = "seconds";
    private static final String EVENT = "event";
    private static final String FAIL = "fail";
    private static final StepSpec SPEC = StepSpec.of(
                    "delay",
                    "Waits for some seconds, until a time, or until an event. A time that has passed is not waited for. After an"
                            + " event, gives what it said as event; without one in time, gives timed_out.",
                    StepField.optional(SECONDS, StepField.Kind.INTEGER, "How long"),
                    StepField.optional(
                            UNTIL, StepField.Kind.TEXT, "A time in ISO 8601, for example 2026-12-24T18:00:00Z"),
                    StepField.choice(
                            EVENT, "An event after the step began", DefinitionReader.EVENTS.toArray(String[]::new)),
                    StepField.optional(
                            EventWaits.MATCH, StepField.Kind.OBJECT, "Fields of the event and what they must be"),
                    StepField.optional(
                            "timeout_seconds",
                            StepField.Kind.INTEGER,
                            "How long an event is waited for; a day by default"),
                    StepField.choice("on_timeout", "What a missing event means; fail by default", FAIL, "continue"))
            .oneOf(SECONDS, UNTIL, EVENT);

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public StepOutcome run(StepCall call) {
        return call.text(EVENT).map(event -> event(call, event)).orElseGet(() -> time(call));
    }

    private static StepOutcome time(StepCall call) {
        Instant until = call.state() == null
                ? until(call)
                : Instant.parse(String.valueOf(call.state().get(UNTIL)));
        return Instant.now().isBefore(until)
                ? new StepOutcome.Waiting(until, Map.of(UNTIL, until.toString()))
                : new StepOutcome.Completed(Map.of(UNTIL, until.toString()));
    }

    private static StepOutcome event(StepCall call, String event) {
        Map<String, Object> state = call.state();
        if (state == null) {
            int seconds = Math.max(1, Math.min(LONGEST_WAIT, call.number("timeout_seconds", USUAL_WAIT)));
            Instant until = Instant.now().plusSeconds(seconds);
            return new StepOutcome.Waiting(
                    until, Map.of(UNTIL, until.toString(), EventWaits.MATCH, call.object(EventWaits.MATCH)), event);
        }
        if (state.get(StepOutcome.EVENTS) instanceof List<?> events && !events.isEmpty()) {
            return new StepOutcome.Completed(Map.of(EVENT, events.get(0), "timed_out", false));
        }
        Instant until = Instant.parse(String.valueOf(state.get(UNTIL)));
        if (Instant.now().isBefore(until)) {
            return new StepOutcome.Waiting(until, state, event);
        }
        return call.text("on_timeout").orElse(FAIL).equals(FAIL)
                ? new StepOutcome.Failed(FailureKind.REFUSED, "There was no " + event + " in time")
                : new StepOutcome.Completed(Map.of(EVENT, Map.of(), "timed_out", true));
    }

    private static Instant until(StepCall call) {
        if (call.config().containsKey(UNTIL)) {
            try {
                return Instant.parse(call.requireText(UNTIL));
            } catch (DateTimeException none) {
                throw new StepFailure(FailureKind.INVALID, "until is no time in ISO 8601");
            }
        }
        return Instant.now().plusSeconds(Math.max(0, call.number(SECONDS, 0)));
    }
}
