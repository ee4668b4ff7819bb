package io.arketic.rag.run;

import io.arketic.rag.workflow.WorkflowTasks;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Ends a run and continues the workflow that called it. */
@Component
public class RunEnd {

    private final ExecutionRows rows;

    RunEnd(ExecutionRows rows) {
        this.rows = rows;
    }

    /** Ends the run, wakes the step of another run that waits for it, and lets one begin that waits for room. */
    public void end(
            JdbcClient sql,
            ExecutionRow execution,
            String status,
            @Nullable Map<String, ?> output,
            @Nullable String error) {
        rows.cancelOpen(sql, execution.id());
        rows.end(sql, execution.id(), status, output, error);
        if (execution.parentRunId() != null) {
            WorkflowTasks.schedule(sql, ExecutionTasks.STEP, execution.parentRunId(), Instant.now());
        }
        promote(sql);
    }

    /** Lets the run begin that has waited longest for room. Where it has begun already, it promotes the next one. */
    static void promote(JdbcClient sql) {
        sql.sql("SELECT id FROM workflow_executions WHERE status = 'pending' ORDER BY id LIMIT 1")
                .query(UUID.class)
                .list()
                .forEach(next -> WorkflowTasks.schedule(sql, ExecutionTasks.PROMOTION, next, Instant.now()));
    }
}
