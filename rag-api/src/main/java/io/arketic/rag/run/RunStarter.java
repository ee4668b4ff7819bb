package io.arketic.rag.run;

import io.arketic.rag.deployment.FreeJson;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.workflow.WorkflowVersions;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Begins runs, in the commit of what they follow from. */
@Component
public class RunStarter {

    private final WorkflowVersions versions;
    private final Identifiers identifiers;
    private final JsonMapper json;

    RunStarter(WorkflowVersions versions, Identifiers identifiers, JsonMapper json) {
        this.versions = versions;
        this.identifiers = identifiers;
        this.json = json;
    }

    /** The database gives it the next number of its workflow, and refuses it where workflows are switched off. */
    public UUID start(JdbcClient sql, NewRun run) {
        UUID id = identifiers.next();
        start(sql, id, run);
        return id;
    }

    /** Starts like {@link #start(JdbcClient, NewRun)}, under an id of the caller's. */
    public void start(JdbcClient sql, UUID id, NewRun run) {
        sql.sql("""
                        WITH started AS (
                        INSERT INTO workflow_executions (id, workflow_id, version, triggered_by_id, acting_user_id, input_data,
                            trigger_data, total_steps, parent_run_id, nesting)
                        VALUES (:id, :workflow, :version, :by, :acting, CAST(:input AS jsonb), CAST(:trigger AS jsonb), :total,
                            :parent, :nesting)
                        RETURNING id)
                        SELECT schedule_workflow_task(:task, id, now()) FROM started""")
                .param("id", id)
                .param("task", ExecutionTasks.RUN)
                .param("workflow", run.workflowId())
                .param("version", run.version())
                .param("by", run.triggeredBy())
                .param("acting", run.acting())
                .param("input", FreeJson.text(json, "input", run.input()))
                .param("trigger", FreeJson.text(json, "trigger", run.trigger()))
                .param(
                        "total",
                        versions.definition(sql, run.workflowId(), run.version())
                                .steps()
                                .size())
                .param("parent", run.parentRunId())
                .param("nesting", run.nesting())
                .query((row, number) -> true)
                .list();
    }

    /** Returns whether the organization has switched workflows off. */
    public static boolean switchedOff(JdbcClient sql) {
        return sql.sql("SELECT EXISTS (SELECT FROM organization_settings WHERE NOT enable_workflows)")
                .query(Boolean.class)
                .single();
    }
}
