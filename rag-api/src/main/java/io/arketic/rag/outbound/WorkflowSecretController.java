package io.arketic.rag.outbound;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Cursor;
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
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /organizations/{org}/workflow-secrets}. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/workflow-secrets")
class WorkflowSecretController {

    @Schema(name = "WorkflowSecretCreation", example = """
            {"name": "tracker", "value": "a secret of the tracker", "allowed_hosts": ["tracker.example.org"]}""")
    record WorkflowSecretCreation(
            @NotNull @Pattern(regexp = "[a-z][a-z0-9_]{0,62}", message = "must have small letters, digits and _")
            String name,

            @NotBlank @Size(max = 4000) @Pattern(regexp = "[\\x20-\\x7e]*", message = "must have printable ASCII only")
            String value,

            @NotNull @Size(min = 1, max = 20)
            List<@NotNull @Pattern(regexp = "[A-Za-z0-9.-]{1,253}", message = "must be the name of a host") String>
                    allowedHosts) {}

    private final Memberships memberships;
    private final WorkflowSecrets secrets;

    WorkflowSecretController(Memberships memberships, WorkflowSecrets secrets) {
        this.memberships = memberships;
        this.secrets = secrets;
    }

    @Operation(
            summary = "Keep a secret for workflows",
            description =
                    "The step http_request refers to it by its name. It goes to its hosts alone and is never given out.")
    @Requires(Permission.WORKFLOW_SECRETS)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    WorkflowSecret create(
            Caller caller, @PathVariable UUID organization, @Valid @RequestBody WorkflowSecretCreation creation) {
        return secrets.add(
                memberships.require(caller, organization),
                creation.name(),
                creation.value(),
                creation.allowedHosts().stream()
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Operation(summary = "List the secrets of workflows, without their values")
    @Requires(Permission.WORKFLOW_SECRETS)
    @GetMapping
    Page<WorkflowSecret> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return Page.of(
                secrets.list(memberships.require(caller, organization), Cursor.parse(cursor), limit + 1),
                limit,
                WorkflowSecret::id);
    }

    @Operation(summary = "Delete a secret of workflows", description = "Steps that refer to it fail from then on.")
    @Requires(Permission.WORKFLOW_SECRETS)
    @DeleteMapping("/{secret}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable UUID organization, @PathVariable UUID secret) {
        secrets.delete(memberships.require(caller, organization), secret);
    }
}
