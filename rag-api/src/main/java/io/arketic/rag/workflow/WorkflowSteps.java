package io.arketic.rag.workflow;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.workflow.Definition.Step;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Accesses the table {@code workflow_steps}: the steps of the newest definition of each workflow. */
@Component
class WorkflowSteps {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private final Transactions transactions;
    private final JsonMapper json;

    WorkflowSteps(Transactions transactions, JsonMapper json) {
        this.transactions = transactions;
        this.json = json;
    }

    /** Lists the steps in the order of the definition. */
    List<WorkflowStep> list(WorkflowAccess access) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT id, step, name, step_type, step_order, configuration, condition, retry_attempts,
                            timeout_seconds, depends_on
                        FROM workflow_steps WHERE workflow_id = :workflow ORDER BY step_order""")
                        .param("workflow", access.workflow().id())
                        .query(this::step)
                        .list());
    }

    /** Replaces the steps by those of a new definition. */
    void put(JdbcClient sql, UUID workflow, Definition definition) {
        sql.sql("DELETE FROM workflow_steps WHERE workflow_id = :id")
                .param("id", workflow)
                .update();
        int order = 1;
        for (Step step : definition.steps()) {
            sql.sql("""
                            INSERT INTO workflow_steps (workflow_id, step, name, step_type, step_order, configuration,
                                condition, retry_attempts, timeout_seconds, depends_on)
                            VALUES (:workflow, :key, :name, CAST(:type AS step_type), :order, CAST(:config AS jsonb),
                                :condition, :retries, :timeout, CAST(:depends AS jsonb))""")
                    .param("workflow", workflow)
                    .param("key", step.id())
                    .param("name", step.name())
                    .param("type", step.action().type())
                    .param("order", order++)
                    .param("config", json.writeValueAsString(step.action().config()))
                    .param("condition", step.condition())
                    .param("retries", step.retry().attempts() - 1)
                    .param("timeout", step.timeout().toSeconds())
                    .param("depends", json.writeValueAsString(step.dependsOn()))
                    .update();
        }
    }

    private WorkflowStep step(ResultSet row, int number) throws SQLException {
        return new WorkflowStep(
                row.getObject("id", UUID.class),
                row.getString("step"),
                row.getString("name"),
                row.getString("step_type"),
                row.getInt("step_order"),
                json.readValue(row.getString("configuration"), OBJECT),
                row.getString("condition"),
                row.getInt("retry_attempts"),
                row.getInt("timeout_seconds"),
                json.readValue(row.getString("depends_on"), TEXTS));
    }
}
