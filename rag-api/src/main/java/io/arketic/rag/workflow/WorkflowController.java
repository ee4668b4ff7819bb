package io.arketic.rag.workflow;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Clearable;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /organizations/{org}/workflows} and {@code /workflows/{workflow}}. */
@RestController
@RequestMapping("/api/v1")
class WorkflowController {

    private static final String DEFINITION =
            "What it must hold is at `/workflow-schema`. It is checked as a whole; each " + "problem names its place.";

    @Schema(name = "WorkflowCreation", example = """
            {"name": "Greeting", "definition": {"steps": [
              {"id": "greet", "type": "transform", "config": {"output": {"text": "Hello {{ input.name }}"}}}],
              "input": {"name": "Ada"}}}""")
    record WorkflowCreation(
            @NotBlank @Size(max = 200) String name,
            @Nullable @Size(max = 2000) String description,
            @NotNull Map<String, Object> definition) {}

    @Schema(name = "WorkflowChange", example = """
            {"name": "Greeting by name"}""")
    record WorkflowChange(
            @Nullable @Size(min = 1, max = 200) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank")
            String name,

            @Clearable @Nullable @Size(max = 2000) String description,
            @Nullable Map<String, Object> definition,
            @Nullable @Size(max = 20) String version) {}

    @Schema(name = "WorkflowCopying", example = """
            {"name": "Greeting, another one"}""")
    record WorkflowCopying(@NotBlank @Size(max = 200) String name) {}

    private final Memberships memberships;
    private final Workflows workflows;

    WorkflowController(Memberships memberships, Workflows workflows) {
        this.memberships = memberships;
        this.workflows = workflows;
    }

    @Operation(summary = "Create a workflow, as a draft", description = DEFINITION)
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/organizations/{organization}/workflows")
    @ResponseStatus(HttpStatus.CREATED)
    Workflow create(Caller caller, @PathVariable UUID organization, @Valid @RequestBody WorkflowCreation creation) {
        return workflows.create(
                memberships.require(caller, organization),
                creation.name().strip(),
                creation.description(),
                creation.definition());
    }

    @Operation(
            summary = "List workflows, the newest first",
            description = "Archived ones are left out unless asked for.")
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping("/organizations/{organization}/workflows")
    Page<Workflow> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(required = false)
                    @Nullable
                    @Pattern(
                            regexp = "draft|active|paused|archived",
                            message = "must be draft, active, paused or archived")
                    String status,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return Page.of(
                workflows.list(memberships.require(caller, organization), status, Cursor.parse(cursor), limit + 1),
                limit,
                Workflow::id);
    }

    @Operation(summary = "See a workflow")
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping("/workflows/{workflow}")
    ResponseEntity<Workflow> get(Caller caller, @PathVariable UUID workflow) {
        return answer(workflows.require(caller, workflow).workflow());
    }

    @Operation(
            summary = "Change a workflow",
            description =
                    "A definition is kept as a new version, the next minor one unless `version` says another. What is "
                            + "active stays active until the new version is activated. " + DEFINITION)
    @Requires(Permission.WORKFLOW_WRITE)
    @PatchMapping("/workflows/{workflow}")
    ResponseEntity<Workflow> change(
            Caller caller,
            @PathVariable UUID workflow,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody WorkflowChange change) {
        String name = change.name();
        return answer(workflows.change(
                workflows.require(caller, workflow),
                EntityTag.required(ifMatch),
                new Workflows.Change(
                        name == null ? null : name.strip(),
                        change.description(),
                        change.definition(),
                        change.version())));
    }

    @Operation(
            summary = "Activate the newest version",
            description =
                    "From now on its trigger starts runs, with your rights, for as long as you are a member. Activating an "
                            + "active workflow makes its newest version the active one.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/workflows/{workflow}/activate")
    Workflow activate(Caller caller, @PathVariable UUID workflow) {
        return workflows.activate(workflows.require(caller, workflow));
    }

    @Operation(summary = "Pause a workflow", description = "Its trigger starts no run. Runs under way go on.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/workflows/{workflow}/pause")
    Workflow pause(Caller caller, @PathVariable UUID workflow) {
        return workflows.pause(workflows.require(caller, workflow));
    }

    @Operation(summary = "Archive a workflow", description = "It is kept with its runs, and never runs again.")
    @Requires(Permission.WORKFLOW_WRITE)
    @DeleteMapping("/workflows/{workflow}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void archive(Caller caller, @PathVariable UUID workflow) {
        workflows.archive(workflows.require(caller, workflow));
    }

    @Operation(summary = "Copy a workflow", description = "The copy is a draft of the newest version.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/workflows/{workflow}/copies")
    @ResponseStatus(HttpStatus.CREATED)
    Workflow copy(Caller caller, @PathVariable UUID workflow, @Valid @RequestBody WorkflowCopying copying) {
        WorkflowAccess access = workflows.require(caller, workflow);
        return workflows.create(
                access.membership(),
                copying.name().strip(),
                access.workflow().description(),
                access.workflow().definition());
    }

    static ResponseEntity<Workflow> answer(Workflow workflow) {
        return ResponseEntity.ok()
                .eTag(EntityTag.of(workflow.updatedAt()).text())
                .body(workflow);
    }
}
