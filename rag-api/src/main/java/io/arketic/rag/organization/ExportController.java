package io.arketic.rag.organization;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.UUID;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Serves {@code /organizations/{org}/export}. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/export")
class ExportController {

    private final Memberships memberships;
    private final OrganizationExport export;
    private final Bulkhead places;

    ExportController(Memberships memberships, OrganizationExport export, Bulkheads bulkheads) {
        this.memberships = memberships;
        this.places = bulkheads.of(Kind.EXPORTS);
        this.export = export;
    }

    @Operation(
            summary = "Export what the organization owns",
            description = "Exports JSON Lines, one for each row with its table: settings, members, knowledge "
                    + "bases, documents, chats and all others that you may see. It has no secrets and no "
                    + "contents of files; the audit log has a separate export.")
    @Requires(Permission.ORGANIZATION_EXPORT)
    @GetMapping
    @ApiResponse(
            responseCode = "200",
            description = "JSON Lines",
            content = @Content(mediaType = "application/jsonl", schema = @Schema(type = "string")))
    ResponseEntity<StreamingResponseBody> export(Caller caller, @PathVariable UUID organization) {
        Membership membership = memberships.require(caller, organization);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("application/jsonl"))
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(membership.organizationSlug() + ".jsonl")
                                .build()
                                .toString())
                .body(places.writing(membership.organizationId(), target -> export.write(membership, target)));
    }
}
