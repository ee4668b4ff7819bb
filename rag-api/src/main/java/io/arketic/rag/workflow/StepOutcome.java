package io.arketic.rag.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes how an attempt of a step ended. */
public sealed interface StepOutcome {

    /** @param output as JSON has it */
    record Completed(Map<String, ?> output) implements StepOutcome {}

    /**
     * The step is run again with {@code state}, when it is woken, at {@code until}, or after {@code event}.
     *
     * @param until null for no time
     * @param event null for none. What the events said is then in the state, as the list {@link #EVENTS}
     */
    record Waiting(
            @Nullable Instant until,
            Map<String, ?> state,
            @Nullable String event) implements StepOutcome {

        public Waiting(@Nullable Instant until, Map<String, ?> state) {
            this(until, state, null);
        }
    }

    /** Names the events in the state of a step that waited for them, the oldest first. */
    String EVENTS = "events";

    /** @param retryAfter what the other side asked to wait; null where it did not */
    record Failed(
            FailureKind kind, String message, @Nullable Duration retryAfter) implements StepOutcome {

        public Failed(FailureKind kind, String message) {
            this(kind, message, null);
        }
    }

    /** It is not known whether the other side did what it was asked. The definition says what becomes of it. */
    record Unknown(String message) implements StepOutcome {}
}
