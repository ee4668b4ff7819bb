package io.arketic.rag.run;

import io.arketic.rag.workflow.Definition.Action;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.OwnStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import io.arketic.rag.workflow.WorkflowTasks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** {@code for_each}: a step for each item of a list, some of them at once. */
@Component
class ForEachStep implements OwnStep {

    private static final int MOST_ITEMS = 1000;
    private static final StepSpec SPEC = StepSpec.of(
            "for_each",
            "Runs a step for each item, which reads it as item and its number as index. Gives outputs in the items' order.",
            StepField.required(
                    "items", StepField.Kind.EXPRESSION, "An expression that gives a list of at most 1000 items"),
            StepField.required("step", StepField.Kind.STEP, "Type and config of the step"),
            StepField.optional("parallel", StepField.Kind.INTEGER, "How many at once, 1 to 20; 4 by default"),
            StepField.choice(
                    "on_item_error", "Whether the failure of one ends all: fail or continue", "fail", "continue"));

    private record Counts(int pending, int open, int failed, int all) {}

    private final ExecutionRows rows;
    private final RunLimits limits;
    private final JsonMapper json;

    ForEachStep(ExecutionRows rows, RunLimits limits, JsonMapper json) {
        this.rows = rows;
        this.limits = limits;
        this.json = json;
    }

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    /** The step of an item. */
    static Action inner(Action forEach) {
        Map<String, Object> config = new LinkedHashMap<>();
        if (forEach.config().get("step") instanceof Map<?, ?> step) {
            if (step.get("config") instanceof Map<?, ?> inner) {
                inner.forEach((key, value) -> config.put(String.valueOf(key), value));
            }
            return new Action(String.valueOf(step.get("type")), config);
        }
        throw new StepFailure(FailureKind.INVALID, "step is missing");
    }

    @Override
    public StepOutcome run(JdbcClient sql, StepCall call) {
        Map<String, Object> state = call.state();
        if (state == null) {
            return begin(sql, call);
        }
        Counts counts = sql.sql("""
                        SELECT count(*) FILTER (WHERE status = 'pending') AS pending,
                            count(*) FILTER (WHERE status IN ('scheduled', 'running', 'waiting', 'unknown')) AS open,
                            count(*) FILTER (WHERE status IN ('failed', 'cancelled')) AS failed, count(*) AS every
                        FROM workflow_step_runs
                        WHERE execution_id = :execution AND step = :key AND purpose = 'item'""")
                .param("execution", call.executionId())
                .param("key", call.step())
                .query((row, number) -> new Counts(
                        row.getInt("pending"), row.getInt("open"), row.getInt("failed"), row.getInt("every")))
                .single();
        boolean stops = counts.failed() > 0
                && !call.text("on_item_error").orElse("fail").equals("continue");
        if (stops && counts.open() == 0) {
            return new StepOutcome.Failed(
                    FailureKind.REFUSED, counts.failed() + " of " + counts.all() + " items failed");
        }
        if (!stops && counts.pending() > 0) {
            schedule(sql, call, parallel(call) - counts.open());
        } else if (counts.open() == 0) {
            return new StepOutcome.Completed(Map.of("outputs", outputs(sql, call), "failed", counts.failed()));
        }
        return new StepOutcome.Waiting(null, state);
    }

    private StepOutcome begin(JdbcClient sql, StepCall call) {
        List<?> items = call.list("items");
        if (items.size() > MOST_ITEMS) {
            throw new StepFailure(FailureKind.INVALID, "items has more than " + MOST_ITEMS);
        }
        if (items.isEmpty()) {
            return new StepOutcome.Completed(Map.of("outputs", List.of(), "failed", 0));
        }
        if (rows.count(sql, items.size()) > limits.stepsPerDay()) {
            throw new StepFailure(
                    FailureKind.LIMIT, "The organization may begin " + limits.stepsPerDay() + " steps on one day");
        }
        List<Map<String, @Nullable Object>> states = new ArrayList<>();
        for (Object item : items) {
            Map<String, @Nullable Object> state = new LinkedHashMap<>();
            state.put("item", item);
            states.add(state);
        }
        sql.sql("""
                        INSERT INTO workflow_step_runs (execution_id, step, purpose, position, status, state)
                        SELECT :execution, :key, 'item', i.place - 1, 'pending', i.item
                        FROM jsonb_array_elements(CAST(:items AS jsonb)) WITH ORDINALITY i (item, place)""")
                .param("execution", call.executionId())
                .param("key", call.step())
                .param("items", json.writeValueAsString(states))
                .update();
        schedule(sql, call, parallel(call));
        return new StepOutcome.Waiting(null, Map.of());
    }

    private static int parallel(StepCall call) {
        return Math.max(1, Math.min(20, call.number("parallel", 4)));
    }

    private static void schedule(JdbcClient sql, StepCall call, int most) {
        sql.sql("""
                        UPDATE workflow_step_runs SET status = 'scheduled'
                        WHERE id IN (
                            SELECT id FROM workflow_step_runs
                            WHERE execution_id = :execution AND step = :key AND purpose = 'item' AND status = 'pending'
                            ORDER BY position LIMIT :most)
                        RETURNING id""")
                .param("execution", call.executionId())
                .param("key", call.step())
                .param("most", Math.max(0, most))
                .query(UUID.class)
                .list()
                .forEach(item -> WorkflowTasks.schedule(sql, ExecutionTasks.STEP, item, Instant.now()));
    }

    private List<Object> outputs(JdbcClient sql, StepCall call) {
        return sql
                .sql("""
                        SELECT coalesce(output, '{}') AS output FROM workflow_step_runs
                        WHERE execution_id = :execution AND step = :key AND purpose = 'item' ORDER BY position""")
                .param("execution", call.executionId())
                .param("key", call.step())
                .query(String.class)
                .list()
                .stream()
                .map(text -> json.readValue(text, Object.class))
                .toList();
    }
}
