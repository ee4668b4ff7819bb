package io.arketic.rag.execution;

import io.arketic.rag.attendance.AttendedWork;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.FreeJson;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.run.StepActions;
import io.arketic.rag.workflow.Definition;
import io.arketic.rag.workflow.Definition.Step;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepOutcome.Completed;
import io.arketic.rag.workflow.StepOutcome.Failed;
import io.arketic.rag.workflow.WorkflowAccess;
import io.arketic.rag.workflow.WorkflowVersions;
import io.arketic.rag.workflow.Workflows;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import tools.jackson.databind.json.JsonMapper;

/** {@code /workflows/{workflow}/steps/{step}/trial}: one step of the newest version, with given input and results. */
@RestController
@RequestMapping("/api/v1/workflows/{workflow}/steps/{step}/trial")
class StepTrialController {

    /** @param outputs of steps before this one, by their ids */
    @Schema(name = "StepTrial", example = """
            {"input": {"name": "Ada"}, "outputs": {}}""")
    record StepTrial(
            @NotNull Map<String, Object> input, @Nullable Map<String, Object> outputs) {}

    /** @param outcome {@code completed}, {@code failed} or {@code waiting} */
    record StepTrialResult(
            String outcome,
            @Nullable Map<String, Object> output,
            @Nullable String errorKind,
            @Nullable String errorMessage) {}

    private final Workflows workflows;
    private final WorkflowVersions versions;
    private final Transactions transactions;
    private final StepTrials trials;
    private final AttendedWork attended;
    private final JsonMapper json;
    private final Bulkhead places;

    StepTrialController(
            Workflows workflows,
            WorkflowVersions versions,
            Transactions transactions,
            StepTrials trials,
            AttendedWork attended,
            JsonMapper json,
            Bulkheads bulkheads) {
        this.workflows = workflows;
        this.versions = versions;
        this.transactions = transactions;
        this.trials = trials;
        this.attended = attended;
        this.json = json;
        this.places = bulkheads.of(Kind.TRIALS);
    }

    @Operation(
            summary = "Try a step by itself",
            description =
                    "With your rights, the input and the outputs that you give. A step that would change something is not "
                            + "tried; a search or an answer is charged as in a run.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping
    DeferredResult<StepTrialResult> run(
            Caller caller,
            @PathVariable UUID workflow,
            @PathVariable String step,
            @Valid @RequestBody StepTrial trial) {
        WorkflowAccess access = workflows.require(caller, workflow);
        Definition definition = transactions.run(
                access.membership().context(),
                sql -> versions.definition(sql, workflow, access.workflow().version()));
        Step tried = definition.step(step).orElseThrow(() -> ProblemException.notFound("step"));
        FreeJson.text(json, "input", trial.input());
        Map<String, Object> variables = variables(definition, trial);
        Membership membership = access.membership();
        return attended.aside(
                () -> places.enter(membership.organizationId(), membership.userId()),
                cancellation -> result(membership, tried, variables, cancellation));
    }

    private StepTrialResult result(
            Membership membership, Step tried, Map<String, Object> variables, Cancellation cancellation) {
        StepOutcome outcome;
        try {
            outcome = trials.run(membership, tried.action(), variables, tried.timeout(), cancellation);
        } catch (RuntimeException failure) {
            outcome = StepActions.failed(failure);
        }
        if (outcome instanceof Completed completed) {
            return new StepTrialResult("completed", new LinkedHashMap<>(completed.output()), null, null);
        }
        if (outcome instanceof Failed failed) {
            return new StepTrialResult("failed", null, failed.kind().label(), failed.message());
        }
        return new StepTrialResult("waiting", null, null, null);
    }

    private static Map<String, Object> variables(Definition definition, StepTrial trial) {
        Map<String, Object> input = new LinkedHashMap<>(definition.input());
        input.putAll(trial.input());
        Map<String, Object> steps = new LinkedHashMap<>();
        Map<String, Object> outputs = trial.outputs();
        if (outputs != null) {
            outputs.forEach((id, output) ->
                    steps.put(id, Map.of("status", "completed", "output", output == null ? Map.of() : output)));
        }
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("input", input);
        variables.put("steps", steps);
        variables.put("trigger", Map.of("type", "trial"));
        variables.put("workflow", Map.of());
        variables.put("execution", Map.of("number", 0));
        variables.put("now", Instant.now().toString());
        return variables;
    }
}
