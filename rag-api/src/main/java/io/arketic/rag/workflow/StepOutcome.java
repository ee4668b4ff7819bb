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
     * The step is run again with {@code state}, when it is woken or at {@code until}.
     *
     * @param until null for no time
     */
    record Waiting(@Nullable Instant until, Map<String, ?> state) implements StepOutcome {}

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
