package io.arketic.rag.execution;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.workflow.Workflows;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /workflows/{workflow}/executions} and {@code /executions/{execution}}. */
@RestController
@RequestMapping("/api/v1")
class ExecutionController {

    @Schema(name = "ExecutionStart", example = """
            {"input": {}}""")
    record ExecutionStart(@NotNull Map<String, Object> input) {}

    @Schema(name = "ExecutionRerun", example = """
            {"from_step": "greet"}""")
    record ExecutionRerun(@NotBlank @Size(max = 63) String fromStep) {}

    @Schema(name = "StepDecision", example = """
            {"decision": "approve", "comment": "Looks right"}""")
    record StepDecision(
            @NotNull @Pattern(regexp = "approve|reject", message = "must be approve or reject")
            String decision,

            @Nullable @Size(max = 2000) String comment) {}

    @Schema(name = "StepResolution", example = """
            {"outcome": "done"}""")
    record StepResolution(
            @NotNull @Pattern(regexp = "done|not_done|retry", message = "must be done, not_done or retry")
            String outcome,

            @Nullable Map<String, Object> output) {}

    record ExecutionSteps(List<ExecutionStep> items) {}

    private final Workflows workflows;
    private final Executions executions;

    ExecutionController(Workflows workflows, Executions executions) {
        this.workflows = workflows;
        this.executions = executions;
    }

    @Operation(
            summary = "Run a workflow",
            description =
                    "The active version, of a draft the newest, with your rights. The answer comes before the run does.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/workflows/{workflow}/executions")
    @ResponseStatus(HttpStatus.CREATED)
    Execution start(Caller caller, @PathVariable UUID workflow, @Valid @RequestBody ExecutionStart start) {
        return executions.start(workflows.require(caller, workflow), start.input());
    }

    @Operation(
            summary = "List the runs of a workflow, the newest first",
            description =
                    "Input and output are shown to the member whose rights a run has, to the member that started it, "
                            + "and to admins.")
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping("/workflows/{workflow}/executions")
    Page<Execution> list(
            Caller caller,
            @PathVariable UUID workflow,
            @RequestParam(required = false)
                    @Nullable
                    @Pattern(
                            regexp = "pending|running|waiting|completed|failed|cancelled|timed_out",
                            message = "must be a status of a run")
                    String status,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        List<Execution> shown =
                executions.list(workflows.require(caller, workflow), status, Cursor.parse(cursor), limit + 1).stream()
                        .map(ExecutionAccess::execution)
                        .toList();
        return Page.of(shown, limit, Execution::id);
    }

    @Operation(summary = "See a run")
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping("/executions/{execution}")
    Execution get(Caller caller, @PathVariable UUID execution) {
        return executions.require(caller, execution).execution();
    }

    @Operation(
            summary = "See the steps of a run, in the order in which they began",
            description = "A step that waits says for what in `waits_for`.")
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping("/executions/{execution}/steps")
    ExecutionSteps steps(Caller caller, @PathVariable UUID execution) {
        return new ExecutionSteps(executions.steps(executions.require(caller, execution)));
    }

    @Operation(summary = "Cancel a run", description = "A call that is under way ends; nothing follows from it.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/executions/{execution}/cancel")
    Execution cancel(Caller caller, @PathVariable UUID execution) {
        return executions.cancel(executions.require(caller, execution));
    }

    @Operation(summary = "Pause a run", description = "No further step begins until it is resumed.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/executions/{execution}/pause")
    Execution pause(Caller caller, @PathVariable UUID execution) {
        return executions.pause(executions.require(caller, execution));
    }

    @Operation(summary = "Resume a paused run")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/executions/{execution}/resume")
    Execution resume(Caller caller, @PathVariable UUID execution) {
        return executions.resume(executions.require(caller, execution));
    }

    @Operation(
            summary = "Run again from a step",
            description =
                    "Another run of the same version with your rights. What was completed and does not follow from the step "
                            + "is kept.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/executions/{execution}/reruns")
    @ResponseStatus(HttpStatus.CREATED)
    Execution rerun(Caller caller, @PathVariable UUID execution, @Valid @RequestBody ExecutionRerun rerun) {
        return executions.rerun(executions.require(caller, execution), rerun.fromStep());
    }

    @Operation(
            summary = "Approve or reject what a step asks",
            description = "Only the members that it asks; each once.")
    @Requires(Permission.WORKFLOW_DECIDE)
    @PostMapping("/executions/{execution}/steps/{step}/decision")
    Execution decide(
            Caller caller,
            @PathVariable UUID execution,
            @PathVariable String step,
            @Valid @RequestBody StepDecision decision) {
        return executions.decide(executions.require(caller, execution), step, decision.decision(), decision.comment());
    }

    @Operation(
            summary = "Say what became of an unknown step",
            description =
                    "A step is unknown when its process ended during a call that must not be made twice. `done` goes on, "
                            + "`not_done` fails it, `retry` makes the call again under the same key. An item of a for_each is "
                            + "named by the id that the run's steps show.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/executions/{execution}/steps/{step}/resolution")
    Execution resolve(
            Caller caller,
            @PathVariable UUID execution,
            @PathVariable String step,
            @Valid @RequestBody StepResolution resolution) {
        Map<String, Object> output = resolution.output();
        return executions.resolve(
                executions.require(caller, execution), step, resolution.outcome(), output == null ? Map.of() : output);
    }
}
