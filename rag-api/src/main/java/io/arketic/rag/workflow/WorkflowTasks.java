package io.arketic.rag.workflow;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Schedules the durable work of workflows. */
public final class WorkflowTasks {

    /** Names the task that starts a run by the schedule of its workflow. */
    public static final String SCHEDULE = "workflow-schedule";

    /** Names the task that sends a letter of a workflow. */
    public static final String LETTER = "workflow-letter";

    private WorkflowTasks() {}

    /** Schedules a task in the transaction that makes it due. */
    public static void schedule(JdbcClient sql, String task, UUID thing, Instant due) {
        sql.sql("SELECT schedule_workflow_task(:task, :thing, :due)")
                .param("task", task)
                .param("thing", thing)
                .param("due", due.atOffset(ZoneOffset.UTC))
                .query((row, number) -> true)
                .list();
    }
}
