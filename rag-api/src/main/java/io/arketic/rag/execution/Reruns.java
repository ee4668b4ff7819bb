package io.arketic.rag.execution;

import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.run.ExecutionRow;
import io.arketic.rag.run.ExecutionRows;
import io.arketic.rag.run.NewRun;
import io.arketic.rag.run.RunProgress;
import io.arketic.rag.run.RunStarter;
import io.arketic.rag.workflow.Definition;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Runs that go on from a step of a run that has ended. */
@Component
class Reruns {

    private final ExecutionRows rows;
    private final RunProgress progress;
    private final RunStarter starter;

    Reruns(ExecutionRows rows, RunProgress progress, RunStarter starter) {
        this.rows = rows;
        this.progress = progress;
        this.starter = starter;
    }

    /** Keeps what was completed and does not follow from the step. */
    UUID begin(JdbcClient sql, Membership membership, UUID first, String from) {
        ExecutionRow row = rows.find(sql, first).orElseThrow();
        if (!row.ended()) {
            throw new ProblemException(ProblemReason.CONFLICT, "The run has not ended.");
        }
        Definition definition = progress.definition(sql, row);
        if (definition.step(from).isEmpty()) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "from_step", "is no step of this run");
        }
        UUID id = starter.start(
                sql,
                new NewRun(
                        row.workflowId(),
                        row.version(),
                        membership.userId(),
                        membership.userId(),
                        row.input(),
                        row.trigger(),
                        null,
                        0));
        sql.sql("UPDATE workflow_executions SET rerun_of_id = :first WHERE id = :id")
                .param("first", first)
                .param("id", id)
                .update();
        Set<String> kept = definition.steps().stream()
                .filter(step ->
                        !step.id().equals(from) && !definition.upstream(step).contains(from))
                .map(Definition.Step::id)
                .collect(Collectors.toSet());
        for (String key : kept) {
            sql.sql("""
                            INSERT INTO workflow_step_runs (execution_id, step, status, attempts, effect_id, input,
                                output, started_at, completed_at)
                            SELECT :id, step, status, attempts, effect_id, input, output, started_at, completed_at
                            FROM workflow_step_runs
                            WHERE execution_id = :first AND step = :key AND purpose = 'step'
                              AND status IN ('completed', 'skipped')""").param("id", id).param("first", first).param("key", key).update();
        }
        return id;
    }
}
