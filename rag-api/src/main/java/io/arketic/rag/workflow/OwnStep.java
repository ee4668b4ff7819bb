package io.arketic.rag.workflow;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A step whose effect is in the database. The effect commits with the step's end, so a crash leaves both or neither. What it
 * throws rolls both back.
 */
public non-sealed interface OwnStep extends StepType {

    /** Within the step's transaction, with the rights of the acting member. It is quick: the run's row is locked. */
    StepOutcome run(JdbcClient sql, StepCall call);
}
