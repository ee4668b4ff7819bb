package io.arketic.rag.trigger;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.workflow.Definition.Trigger;
import io.arketic.rag.workflow.DueTask;
import io.arketic.rag.workflow.Workflow;
import io.arketic.rag.workflow.WorkflowTasks;
import io.arketic.rag.workflow.WorkflowVersions;
import io.arketic.rag.workflow.Workflows;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Starts what is due by its schedule. Of times that passed while nothing ran one run is started, or none where the trigger
 * says so.
 */
@Component
class ScheduleTask implements DueTask {

    /** Later than this a time was missed. */
    private static final Duration LATE = Duration.ofMinutes(1);

    private final Transactions transactions;
    private final Workflows workflows;
    private final WorkflowVersions versions;
    private final Deliveries deliveries;

    ScheduleTask(Transactions transactions, Workflows workflows, WorkflowVersions versions, Deliveries deliveries) {
        this.transactions = transactions;
        this.workflows = workflows;
        this.versions = versions;
        this.deliveries = deliveries;
    }

    @Override
    public String name() {
        return WorkflowTasks.SCHEDULE;
    }

    @Override
    public Optional<Instant> run(UUID organization, UUID id) {
        pass(organization, id, true);
        return Optional.empty();
    }

    /** Waits for the next time. */
    @Override
    public void abandon(UUID organization, UUID id) {
        pass(organization, id, false);
    }

    private void pass(UUID organization, UUID id, boolean starts) {
        transactions.execute(TenantContext.ofOrganization(organization), sql -> {
            Workflow workflow = workflows.locked(sql, id).orElse(null);
            Instant due = workflow == null ? null : workflow.nextRunAt();
            if (workflow == null
                    || due == null
                    || workflow.activeVersion() == null
                    || !workflow.status().equals(Workflow.ACTIVE)) {
                return;
            }
            Instant now = Instant.now();
            if (due.isAfter(now)) {
                // It was activated again meanwhile, and is put down for its new time.
                return;
            }
            Trigger trigger =
                    versions.definition(sql, id, workflow.activeVersion()).trigger();
            next(sql, id, trigger, now);
            if (starts && (trigger.runMissed() || due.plus(LATE).isAfter(now))) {
                deliveries.start(
                        sql, workflow, due.toString(), Map.of("type", Trigger.SCHEDULE, "due_at", due.toString()));
            }
        });
    }

    private static void next(JdbcClient sql, UUID id, Trigger trigger, Instant now) {
        Instant next = trigger.next(now);
        sql.sql("""
                        WITH changed AS (UPDATE workflows SET next_run_at = :next WHERE id = :id RETURNING id, next_run_at)
                        SELECT schedule_workflow_task(:task, id, next_run_at) FROM changed WHERE next_run_at IS NOT NULL""")
                .param("next", next == null ? null : next.atOffset(ZoneOffset.UTC))
                .param("id", id)
                .param("task", WorkflowTasks.SCHEDULE)
                .query((row, number) -> true)
                .list();
    }
}
