package io.arketic.rag.workflow;

import io.arketic.rag.attendance.Cancellation;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A step that calls something beyond the database. It holds no transaction while it does. */
public non-sealed interface OutsideStep extends StepType {

    /**
     * Whether doing it twice is as good as once. After a crash it is then done again; other steps end {@code unknown},
     * unless their {@code on_unknown} says otherwise.
     */
    boolean repeatable(StepCall call);

    /** Returns whether the step only reads, so that it may be tried alone. */
    default boolean reads(StepCall call) {
        return false;
    }

    /** Within the transaction before the call; what it throws ends the attempt. */
    default void charge(JdbcClient sql, StepCall call) {}

    /** @param cancellation of the call, when its run has ended or its caller has gone */
    StepOutcome run(StepCall call, Cancellation cancellation);

    /** Within the transaction that keeps the outcome. */
    default void settle(JdbcClient sql, StepCall call, StepOutcome outcome) {}
}
