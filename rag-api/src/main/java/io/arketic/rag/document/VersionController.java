package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.document.Download.Wish;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Serves {@code /documents/{document}/versions}. */
@RestController
@RequestMapping("/api/v1/documents/{document}/versions")
class VersionController {

    record Versions(List<DocumentVersion> items, @Nullable String nextCursor) {}

    /** @param items the lines that differ; empty for equal texts */
    record VersionDifferences(int from, int to, List<VersionDifference.Hunk> items) {}

    private final Documents documents;
    private final DocumentFiles files;
    private final DocumentVersions versions;
    private final Download download;
    private final VersionDifference differences;
    private final DocumentUses uses;

    VersionController(
            Documents documents,
            DocumentFiles files,
            DocumentVersions versions,
            Download download,
            VersionDifference differences,
            DocumentUses uses) {
        this.documents = documents;
        this.files = files;
        this.versions = versions;
        this.download = download;
        this.differences = differences;
        this.uses = uses;
    }

    /** Lists versions; the cursor is the last number of the page before. */
    @Operation(summary = "List a file's versions, the newest first")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping
    Versions list(
            Caller caller,
            @PathVariable UUID document,
            @RequestParam(defaultValue = "50") @Min(1) @Max(500) int limit,
            @RequestParam(required = false)
                    @Pattern(regexp = "\\d{1,9}", message = "is not one that this list gave out")
                    @Nullable
                    String cursor) {
        DocumentAccess access = documents.require(caller, document);
        List<DocumentVersion> rows =
                versions.list(access, cursor == null ? Integer.MAX_VALUE : Integer.parseInt(cursor), limit + 1);
        if (rows.size() <= limit) {
            return new Versions(rows, null);
        }
        return new Versions(
                rows.subList(0, limit), Integer.toString(rows.get(limit - 1).versionNumber()));
    }

    @Operation(
            summary = "Upload a file's next version",
            description = "Send one file with any name. Equal bytes change nothing; with `file_hash`, its "
                    + "SHA-256, other bytes are refused.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    Document upload(
            Caller caller,
            @PathVariable UUID document,
            @RequestParam(required = false) @Nullable List<MultipartFile> files,
            @RequestParam(name = "file_hash", required = false)
                    @Pattern(regexp = DriveController.SHA256, message = "must be 64 hexadecimal digits")
                    @Nullable
                    String fileHash) {
        DocumentAccess access = documents.require(caller, document);
        if (files == null || files.size() != 1) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "files", "must hold exactly one file");
        }
        return this.files.storeVersion(access, files.get(0), fileHash);
    }

    @Operation(
            summary = "Compare the texts of two versions line by line",
            description =
                    "Of files that are text in UTF-8, and of others whose text was read for a knowledge base, with at most"
                            + " 1 MiB and 10,000 lines each; larger ones are refused with 413. Without `to`, the latest"
                            + " version is compared; without `from`, with the one before it.")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/differences")
    VersionDifferences compare(
            Caller caller,
            @PathVariable UUID document,
            @RequestParam(required = false) @Min(1) @Nullable Integer from,
            @RequestParam(required = false) @Min(1) @Nullable Integer to) {
        DocumentAccess access = documents.require(caller, document);
        int later = to == null ? access.document().versionNumber() : to;
        int earlier = from == null ? Math.max(1, later - 1) : from;
        return new VersionDifferences(earlier, later, differences.between(access, earlier, later));
    }

    @Operation(
            summary = "Download a version",
            description =
                    "Returns the whole file, or the one requested range. The ETag is the SHA-256 of the " + "bytes.")
    @ApiResponse(responseCode = "200", description = "The bytes", useReturnTypeSchema = true)
    @ApiResponse(responseCode = "206", description = "The range", useReturnTypeSchema = true)
    @ApiResponse(responseCode = "304", description = "The bytes have not changed", content = @Content)
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/{version}/content")
    ResponseEntity<InputStreamResource> content(
            Caller caller,
            HttpMethod method,
            @PathVariable UUID document,
            @PathVariable int version,
            @RequestHeader(value = HttpHeaders.RANGE, required = false) @Nullable String range,
            @RequestHeader(value = HttpHeaders.IF_RANGE, required = false) @Nullable String ifRange,
            @RequestHeader(value = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch) {
        DocumentAccess access = documents.require(caller, document);
        return uses.counted(
                access,
                method,
                download.answer(
                        access.membership().organizationId(),
                        files.find(access, version),
                        new Wish(range, ifRange, ifNoneMatch)));
    }

    @Operation(
            summary = "Restore a version",
            description = "Its bytes become those of the next version; no version is deleted.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PostMapping("/{version}/restore")
    Document restore(Caller caller, @PathVariable UUID document, @PathVariable int version) {
        return files.restoreVersion(documents.require(caller, document), version);
    }
}
