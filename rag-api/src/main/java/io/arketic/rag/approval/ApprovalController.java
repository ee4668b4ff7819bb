package io.arketic.rag.approval;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{organization}/workflow-approvals}: the decisions that wait for the caller. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/workflow-approvals")
class ApprovalController {

    private final Memberships memberships;
    private final Approvals approvals;

    ApprovalController(Memberships memberships, Approvals approvals) {
        this.memberships = memberships;
        this.approvals = approvals;
    }

    @Operation(
            summary = "List the steps that wait for your decision, the newest first",
            description = "Of all workflows of the organization. A step that you have decided is left out.")
    @Requires(Permission.WORKFLOW_READ)
    @GetMapping
    Page<WaitingApproval> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return Page.of(
                approvals.waiting(memberships.require(caller, organization), Cursor.parse(cursor), limit + 1),
                limit,
                WaitingApproval::id);
    }
}
