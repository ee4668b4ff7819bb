package io.arketic.schema.ledger;

import java.time.Duration;

/** Holds the time of the steps before the write; zero for a step that was not reached. */
public record StepTimes(Duration extract, Duration embed) {

    public static final StepTimes NONE = new StepTimes(Duration.ZERO, Duration.ZERO);
}
