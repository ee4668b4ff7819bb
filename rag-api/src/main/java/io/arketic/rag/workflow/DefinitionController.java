package io.arketic.rag.workflow;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException.FieldError;
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
import java.util.Objects;
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

/** Definitions by themselves: their versions, their schema, as YAML, and ready ones to begin with. */
@RestController
@RequestMapping("/api/v1")
class DefinitionController {

    private static final String VERSION = "\\d{1,6}\\.\\d{1,6}\\.\\d{1,6}";
    private static final String MUST = "must be three numbers, such as 1.2.0";

    @Schema(name = "WorkflowDefinition", example = """
            {"definition": {"steps": [{"id": "wait", "type": "delay", "config": {"seconds": 1}}]}}""")
    record WorkflowDefinition(@NotNull Map<String, Object> definition) {}

    /** @param problems each with its place; empty where the definition is valid */
    record DefinitionProblems(List<FieldError> problems) {}

    @Schema(name = "WorkflowImport", example = """
            {"yaml": "name: Greeting\\ndefinition:\\n  steps:\\n  - {id: greet, type: transform, config: {output: Hello}}"}""")
    record WorkflowImport(@NotBlank @Size(max = 100_000) String yaml) {}

    record WorkflowExport(String yaml) {}

    record WorkflowDifferences(String from, String to, List<DefinitionDiff.Difference> differences) {}

    record WorkflowStepList(List<WorkflowStep> items) {}

    record ReadyWorkflowList(List<ReadyWorkflow> items) {}

    private final Memberships memberships;
    private final Workflows workflows;
    private final WorkflowVersions versions;
    private final WorkflowSteps steps;
    private final DefinitionReader reader;
    private final DefinitionSchema schema;
    private final ReadyWorkflows ready;

    DefinitionController(
            Memberships memberships,
            Workflows workflows,
            WorkflowVersions versions,
            WorkflowSteps steps,
            DefinitionReader reader,
            DefinitionSchema schema,
            ReadyWorkflows ready) {
        this.memberships = memberships;
        this.workflows = workflows;
        this.versions = versions;
        this.steps = steps;
        this.reader = reader;
        this.schema = schema;
        this.ready = ready;
    }

    @Operation(
            summary = "List the steps of a workflow",
            description = "Those of the newest definition, in its order, with all that the definition leaves out.")
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping("/workflows/{workflow}/steps")
    WorkflowStepList steps(Caller caller, @PathVariable UUID workflow) {
        return new WorkflowStepList(steps.list(workflows.require(caller, workflow)));
    }

    @Operation(summary = "Check a definition without keeping it")
    @Requires(Permission.WORKFLOW_READ)
    @PostMapping("/organizations/{organization}/workflow-checks")
    DefinitionProblems check(
            Caller caller, @PathVariable UUID organization, @Valid @RequestBody WorkflowDefinition definition) {
        memberships.require(caller, organization);
        return new DefinitionProblems(reader.problems(definition.definition()));
    }

    @Operation(summary = "Create a workflow from YAML, as a draft", description = "As its export has it.")
    @Requires(Permission.WORKFLOW_WRITE)
    @PostMapping("/organizations/{organization}/workflows/import")
    @ResponseStatus(HttpStatus.CREATED)
    Workflow load(Caller caller, @PathVariable UUID organization, @Valid @RequestBody WorkflowImport source) {
        WorkflowYaml.Imported imported = WorkflowYaml.read(source.yaml());
        return workflows.create(
                memberships.require(caller, organization),
                imported.name().strip(),
                imported.description(),
                imported.definition());
    }

    @Operation(summary = "Export a workflow as YAML")
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping("/workflows/{workflow}/export")
    WorkflowExport export(
            Caller caller,
            @PathVariable UUID workflow,
            @RequestParam(required = false) @Nullable @Pattern(regexp = VERSION, message = MUST) String version) {
        WorkflowAccess access = workflows.require(caller, workflow);
        String wanted = version == null ? access.workflow().version() : version;
        return new WorkflowExport(WorkflowYaml.write(access.workflow(), versions.source(access, wanted), wanted));
    }

    @Operation(summary = "List the versions of a workflow, the newest first")
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping("/workflows/{workflow}/versions")
    Page<WorkflowVersion> versions(
            Caller caller,
            @PathVariable UUID workflow,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return Page.of(
                versions.list(workflows.require(caller, workflow), Cursor.parse(cursor), limit + 1),
                limit,
                WorkflowVersion::id);
    }

    @Operation(
            summary = "Compare two versions of a workflow",
            description = "Left out, they are the active and the newest one. Steps are compared by their id.")
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping("/workflows/{workflow}/differences")
    WorkflowDifferences differences(
            Caller caller,
            @PathVariable UUID workflow,
            @RequestParam(required = false) @Nullable @Pattern(regexp = VERSION, message = MUST) String from,
            @RequestParam(required = false) @Nullable @Pattern(regexp = VERSION, message = MUST) String to) {
        WorkflowAccess access = workflows.require(caller, workflow);
        String newest = access.workflow().version();
        String active = Objects.requireNonNullElse(access.workflow().activeVersion(), newest);
        String first = Objects.requireNonNullElse(from, active);
        String second = Objects.requireNonNullElse(to, newest);
        return new WorkflowDifferences(
                first, second, DefinitionDiff.between(versions.source(access, first), versions.source(access, second)));
    }

    @Operation(summary = "See what a definition may hold, as JSON Schema")
    @Requires(Permission.ORGANIZATION_LIST)
    @GetMapping("/workflow-schema")
    Map<String, Object> schema() {
        return schema.schema();
    }

    @Operation(
            summary = "List ready workflows to begin with",
            description = "Each says what to fill in before it runs.")
    @Requires(Permission.ORGANIZATION_LIST)
    @GetMapping("/workflow-templates")
    ReadyWorkflowList templates() {
        return new ReadyWorkflowList(ready.all());
    }
}
