package io.arketic.rag.run;

import io.arketic.rag.permission.Permission;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.OwnStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepSpec;
import io.arketic.rag.workflow.Workflow;
import io.arketic.rag.workflow.Workflows;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** {@code workflow}: runs another workflow of the organization and waits for its end. */
@Component
class CallWorkflowStep implements OwnStep {

    private static final int DEEPEST = 5;
    private static final String EXECUTION = "execution_id";
    private static final StepSpec SPEC = StepSpec.of(
            "workflow",
            "Runs the active version of another workflow, with the rights of this run. Gives its output.",
            StepField.required("workflow_id", StepField.Kind.ID, "Of an active workflow"),
            StepField.optional("input", StepField.Kind.OBJECT, "The input of its run"));

    private final Workflows workflows;
    private final RunStarter starter;
    private final ExecutionRows rows;

    CallWorkflowStep(Workflows workflows, RunStarter starter, ExecutionRows rows) {
        this.workflows = workflows;
        this.starter = starter;
        this.rows = rows;
    }

    @Override
    public StepSpec spec() {
        return SPEC;
    }

    @Override
    public StepOutcome run(JdbcClient sql, StepCall call) {
        Map<String, Object> state = call.state();
        if (state == null) {
            return begin(sql, call);
        }
        UUID child = UUID.fromString(String.valueOf(state.get(EXECUTION)));
        Map<String, Object> output = new LinkedHashMap<>();
        output.put(EXECUTION, child.toString());
        return sql.sql("SELECT status::text, output_data, error_message FROM workflow_executions WHERE id = :id")
                .param("id", child)
                .query((row, number) -> switch (String.valueOf(row.getString("status"))) {
                    case "completed" -> {
                        Map<String, Object> given = rows.object(row, "output_data");
                        output.put("output", given == null ? Map.of() : given);
                        yield new StepOutcome.Completed(output);
                    }
                    case "failed", "cancelled", "timed_out" ->
                        new StepOutcome.Failed(
                                FailureKind.REFUSED,
                                "The run " + child + " is " + row.getString("status") + ": "
                                        + row.getString("error_message"));
                    default -> new StepOutcome.Waiting(null, state);
                })
                .optional()
                .orElseGet(() -> new StepOutcome.Failed(FailureKind.REFUSED, "The run " + child + " is gone"));
    }

    private StepOutcome begin(JdbcClient sql, StepCall call) {
        call.require(Permission.WORKFLOW_WRITE);
        Workflow called = workflows
                .find(sql, call.requireId("workflow_id"))
                .filter(one -> one.status().equals(Workflow.ACTIVE) && one.activeVersion() != null)
                .orElseThrow(() -> new StepFailure(FailureKind.INVALID, "There is no such active workflow"));
        int nesting = rows.find(sql, call.executionId()).orElseThrow().nesting() + 1;
        if (nesting > DEEPEST) {
            throw new StepFailure(FailureKind.INVALID, "Workflows call each other more than " + DEEPEST + " deep");
        }
        Map<String, Object> input = new LinkedHashMap<>();
        call.object("input").forEach((key, value) -> input.put(String.valueOf(key), value));
        UUID child = starter.start(
                sql,
                new NewRun(
                        called.id(),
                        String.valueOf(called.activeVersion()),
                        call.membership().userId(),
                        null,
                        input,
                        Map.of("type", "workflow", EXECUTION, call.executionId().toString()),
                        call.stepRunId(),
                        nesting));
        return new StepOutcome.Waiting(null, Map.of(EXECUTION, child.toString()));
    }
}
