package io.arketic.rag.trigger;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.run.NewRun;
import io.arketic.rag.run.RunStarter;
import io.arketic.rag.workflow.Workflow;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code workflow_deliveries}: each delivery of a trigger starts one run, however often it comes. */
@Component
class Deliveries {

    private final RunStarter starter;
    private final Memberships memberships;
    private final Identifiers identifiers;

    Deliveries(RunStarter starter, Memberships memberships, Identifiers identifiers) {
        this.starter = starter;
        this.memberships = memberships;
        this.identifiers = identifiers;
    }

    /**
     * Starts a run with the rights of the member that activated the workflow. A workflow whose activating member has left is paused.
     *
     * @param delivery names it among those of the workflow
     * @return the run; of a repeated delivery the first one. Empty where none was started
     */
    Optional<UUID> start(JdbcClient sql, Workflow workflow, String delivery, Map<String, ?> trigger) {
        UUID acting = workflow.activatedById();
        String version = workflow.activeVersion();
        if (!workflow.status().equals(Workflow.ACTIVE) || version == null || RunStarter.switchedOff(sql)) {
            return Optional.empty();
        }
        if (acting == null
                || memberships.find(sql, workflow.organizationId(), acting).isEmpty()) {
            sql.sql("UPDATE workflows SET status = 'paused', next_run_at = NULL WHERE id = :id")
                    .param("id", workflow.id())
                    .update();
            return Optional.empty();
        }
        UUID run = identifiers.next();
        boolean first = sql.sql("""
                        INSERT INTO workflow_deliveries (workflow_id, delivery, execution_id)
                        VALUES (:workflow, :delivery, :run) ON CONFLICT DO NOTHING""")
                        .param("run", run)
                        .param("workflow", workflow.id())
                        .param("delivery", delivery)
                        .update()
                == 1;
        if (!first) {
            return sql.sql(
                            "SELECT execution_id FROM workflow_deliveries WHERE workflow_id = :workflow AND delivery = :delivery")
                    .param("workflow", workflow.id())
                    .param("delivery", delivery)
                    .query(UUID.class)
                    .optional();
        }
        starter.start(sql, run, new NewRun(workflow.id(), version, acting, null, Map.of(), trigger, null, 0));
        return Optional.of(run);
    }
}
