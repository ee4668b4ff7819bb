package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.document.DocumentTree.Change;
import io.arketic.rag.document.Download.Wish;
import io.arketic.rag.listing.Clearable;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
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
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Serves {@code /documents/{document}}: a folder or a file of the drive. */
@RestController
@RequestMapping("/api/v1/documents/{document}")
class FileController {

    @Schema(name = "DocumentChange", example = """
            {"name": "Pump manuals"}""")
    record DocumentChange(
            @Nullable @Size(min = 1, max = 255) String name,
            @Clearable @Nullable @Size(max = 36) String parentId,

            @Nullable @Pattern(regexp = Document.LEVELS, message = "must be private or organization")
            String shareLevel,

            @Clearable @Nullable @Size(max = 2000) String description) {}

    @Schema(name = "DocumentRestoration", example = """
            {"name": "Pump manuals of 1987"}""")
    record DocumentRestoration(
            @Nullable @Size(min = 1, max = 255) String name,
            @Clearable @Nullable @Size(max = 36) String parentId) {}

    @Schema(name = "DocumentCopying", example = """
            {"name": "Copy of the manuals.txt"}""")
    record DocumentCopying(
            @Nullable @Size(min = 1, max = 255) String name,
            @Clearable @Nullable @Size(max = 36) String parentId) {}

    private final Documents documents;
    private final DocumentTree tree;
    private final DocumentFiles files;
    private final Download download;
    private final DocumentPurge purge;
    private final FolderArchive archives;
    private final DocumentActivity activity;
    private final DocumentUses uses;

    FileController(
            Documents documents,
            DocumentTree tree,
            DocumentFiles files,
            Download download,
            DocumentPurge purge,
            FolderArchive archives,
            DocumentActivity activity,
            DocumentUses uses) {
        this.documents = documents;
        this.tree = tree;
        this.files = files;
        this.download = download;
        this.purge = purge;
        this.archives = archives;
        this.activity = activity;
        this.uses = uses;
    }

    @Operation(summary = "See a folder or a file of the drive")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping
    ResponseEntity<Document> get(Caller caller, @PathVariable UUID document) {
        DocumentAccess access = documents.require(caller, document);
        uses.seen(access.membership().organizationId(), document);
        return answer(access.document());
    }

    @Operation(
            summary = "List what was done to a folder or a file, the newest first",
            description = "From the audit log, as long as the organization keeps it: for the owner and for admins.")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/activity")
    Page<DocumentActivity.Activity> activity(
            Caller caller,
            @PathVariable UUID document,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        DocumentAccess access = documents.require(caller, document);
        if (!access.isOwn() && !access.isAdmin()) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "Only its owner and admins of the organization see what was done to it.");
        }
        return Page.of(activity.list(access, Cursor.parse(cursor), limit + 1), limit, DocumentActivity.Activity::id);
    }

    @Operation(
            summary = "Rename, move, describe or share a folder or a file",
            description = "`parent_id` null moves it to the top. The content of a folder has the folder's "
                    + "visibility; at the top, `share_level` decides about the organization. If the name "
                    + "is in use, the problem offers a free one.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PatchMapping
    ResponseEntity<Document> change(
            Caller caller,
            @PathVariable UUID document,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody DocumentChange change) {
        DocumentAccess access = documents.require(caller, document);
        String name = change.name() == null ? null : DocumentName.checked("name", change.name());
        return answer(tree.change(
                access,
                EntityTag.required(ifMatch),
                new Change(name, change.parentId(), change.shareLevel(), change.description())));
    }

    @Operation(
            summary = "Put a folder or a file into the trash, or delete it permanently from there",
            description = "Documents in the trash count as storage and can be restored. `permanently` removes "
                    + "the rows and bytes of a document in the trash; a large folder is removed in the "
                    + "background.")
    @Requires(Permission.DOCUMENT_WRITE)
    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable UUID document, @RequestParam(defaultValue = "false") boolean permanently) {
        DocumentAccess access = documents.require(caller, document);
        if (!permanently) {
            tree.trash(access);
            return;
        }
        tree.delete(access);
        purge.begin();
    }

    @Operation(
            summary = "Restore from the trash",
            description = "The document returns with all its content to its place; `parent_id` chooses another "
                    + "folder, null the top.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PostMapping("/restore")
    Document restore(
            Caller caller,
            @PathVariable UUID document,
            @Valid @RequestBody(required = false) @Nullable DocumentRestoration restoration) {
        DocumentAccess access = documents.require(caller, document);
        String name = restoration == null || restoration.name() == null
                ? null
                : DocumentName.checked("name", restoration.name());
        return tree.restore(access, name, restoration == null ? null : restoration.parentId());
    }

    @Operation(
            summary = "Copy a file or a folder",
            description =
                    "The latest versions, and none of their bytes: the copies refer to the same ones. A folder is copied with all "
                            + "that you see in it, at most 5,000 documents, and at most 200 times a day. The copy is yours; `parent_id` chooses another folder, "
                            + "null the top, where the copy is private.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PostMapping("/copies")
    @ResponseStatus(HttpStatus.CREATED)
    Document copy(Caller caller, @PathVariable UUID document, @Valid @RequestBody DocumentCopying copying) {
        DocumentAccess access = documents.require(caller, document);
        String name = copying.name() == null ? access.document().name() : DocumentName.checked("name", copying.name());
        return files.copy(access, name, copying.parentId());
    }

    @Operation(
            summary = "Download a file",
            description =
                    "Returns the whole file, or the one requested range. The ETag is the SHA-256 of the " + "bytes.")
    @ApiResponse(responseCode = "200", description = "The bytes", useReturnTypeSchema = true)
    @ApiResponse(responseCode = "206", description = "The range", useReturnTypeSchema = true)
    @ApiResponse(responseCode = "304", description = "The bytes have not changed", content = @Content)
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/content")
    ResponseEntity<InputStreamResource> content(
            Caller caller,
            HttpMethod method,
            @PathVariable UUID document,
            @RequestHeader(value = HttpHeaders.RANGE, required = false) @Nullable String range,
            @RequestHeader(value = HttpHeaders.IF_RANGE, required = false) @Nullable String ifRange,
            @RequestHeader(value = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch) {
        DocumentAccess access = documents.require(caller, document);
        return uses.counted(
                access,
                method,
                download.answer(
                        access.membership().organizationId(),
                        files.find(access, null),
                        new Wish(range, ifRange, ifNoneMatch)));
    }

    @Operation(
            summary = "Download a folder as a ZIP",
            description = "With all that you see in it, in the latest versions, streamed.")
    @ApiResponse(
            responseCode = "200",
            description = "The archive",
            content = @Content(mediaType = "application/zip", schema = @Schema(type = "string", format = "binary")))
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/archive")
    ResponseEntity<StreamingResponseBody> archive(Caller caller, @PathVariable UUID document) {
        return archives.answer(documents.require(caller, document));
    }

    static ResponseEntity<Document> answer(Document document) {
        return ResponseEntity.ok().eTag(document.etag().text()).body(document);
    }
}
