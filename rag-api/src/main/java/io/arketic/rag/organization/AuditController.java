package io.arketic.rag.organization;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Serves {@code /organizations/{org}/audit-log}: which user changed what. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/audit-log")
class AuditController {

    private static final String ACTIONS = "insert|update|delete";

    private final Memberships memberships;
    private final AuditLog log;
    private final AuditExport export;
    private final Bulkhead places;

    AuditController(Memberships memberships, AuditLog log, AuditExport export, Bulkheads bulkheads) {
        this.places = bulkheads.of(Kind.EXPORTS);
        this.memberships = memberships;
        this.log = log;
        this.export = export;
    }

    @Operation(
            summary = "Read the audit log, the newest first",
            description = "Lists each inserted, updated or deleted row of the organization, with the user, the "
                    + "request, and its columns before and after; secrets are masked.")
    @Requires(Permission.AUDIT_READ)
    @GetMapping
    Page<AuditLog.Entry> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "50") @Min(1) @Max(500) int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Pattern(regexp = ACTIONS, message = "must be " + ACTIONS) @Nullable
                    String action,
            @RequestParam(name = "table_name", required = false) @Size(max = 63) @Nullable String tableName,
            @RequestParam(name = "user_id", required = false) @Nullable UUID userId,
            @RequestParam(name = "row_id", required = false) @Nullable UUID rowId,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to) {
        Membership membership = memberships.require(caller, organization);
        AuditLog.Filter filter = new AuditLog.Filter(action, tableName, userId, rowId, from, to);
        return Page.of(log.list(membership, filter, Cursor.parse(cursor), limit + 1), limit, AuditLog.Entry::id);
    }

    @Operation(
            summary = "Export the audit log",
            description = "Exports the whole log, the newest first, as JSON Lines or CSV.")
    @Requires(Permission.AUDIT_READ)
    @GetMapping("/export")
    @ApiResponse(
            responseCode = "200",
            description = "JSON Lines or CSV",
            content = {
                @Content(mediaType = "application/jsonl", schema = @Schema(type = "string")),
                @Content(mediaType = "text/csv", schema = @Schema(type = "string"))
            })
    ResponseEntity<StreamingResponseBody> export(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "jsonl") @Pattern(regexp = "jsonl|csv", message = "must be jsonl or csv")
                    String format,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to) {
        Membership membership = memberships.require(caller, organization);
        AuditLog.Filter filter = new AuditLog.Filter(null, null, null, null, from, to);
        boolean csv = format.equals("csv");
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(csv ? "text/csv;charset=utf-8" : "application/jsonl"))
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename("audit-log." + format)
                                .build()
                                .toString())
                .body(places.writing(membership.organizationId(), target -> {
                    if (csv) {
                        export.asCsv(membership, filter, target);
                    } else {
                        export.asJsonLines(membership, filter, target);
                    }
                }));
    }
}
