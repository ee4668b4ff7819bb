package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.document.DocumentTree.Place;
import io.arketic.rag.document.Documents.Filter;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.NameCursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Serves {@code /organizations/{organization}/documents}: the drive from its top. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/documents")
class DriveController {

    static final String SHA256 = "[0-9a-fA-F]{64}";

    @Schema(name = "FolderCreation", example = """
            {"name": "Manuals", "share_level": "organization"}""")
    record FolderCreation(
            @NotBlank @Size(max = 255) String name,
            @Nullable UUID parentId,

            @Nullable @Pattern(regexp = Document.LEVELS, message = "must be private or organization")
            String shareLevel) {}

    @Schema(name = "DocumentSearch", example = """
            {"query": "pump manuals", "limit": 20}""")
    record DocumentSearch(
            @NotBlank @Size(max = 1000) String query,
            @Nullable UUID folderId,

            @Nullable
            @Pattern(
                    regexp = "folder|pdf|word|spreadsheet|presentation|archive|text|image|audio|video|other",
                    message =
                            "must be folder, pdf, word, spreadsheet, presentation, archive, text, image, audio, video or"
                                    + " other")
            String documentType,

            @Nullable UUID ownerId,
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable @Min(0) Long minSize,
            @Nullable @Min(0) Long maxSize,
            @Nullable @Min(1) @Max(100) Integer limit) {}

    record UploadedDocuments(List<Document> items) {}

    record FoundDocuments(List<Document> items) {}

    private final Memberships memberships;
    private final Documents documents;
    private final DocumentTree tree;
    private final DocumentFiles files;

    DriveController(Memberships memberships, Documents documents, DocumentTree tree, DocumentFiles files) {
        this.memberships = memberships;
        this.documents = documents;
        this.tree = tree;
        this.files = files;
    }

    /** Checks all names before the first file is stored. */
    @Operation(
            summary = "Upload files to the drive",
            description = "A file with an existing name becomes that document's next version; equal bytes "
                    + "change nothing. Without `parent_id`, files come to the top, private unless "
                    + "`share_level` is `organization`. In a folder they have the folder's visibility. "
                    + "With `file_hash`, the SHA-256 of a single file, other bytes are refused.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    UploadedDocuments upload(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(required = false) @Nullable List<MultipartFile> files,
            @RequestParam(name = "parent_id", required = false) @Nullable UUID parentId,
            @RequestParam(name = "share_level", required = false)
                    @Pattern(regexp = Document.LEVELS, message = "must be private or organization")
                    @Nullable
                    String shareLevel,
            @RequestParam(name = "file_hash", required = false)
                    @Pattern(regexp = SHA256, message = "must be 64 hexadecimal digits")
                    @Nullable
                    String fileHash) {
        Membership membership = memberships.require(caller, organization);
        if (files == null || files.isEmpty() || (fileHash != null && files.size() > 1)) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT,
                    "files",
                    "must hold at least one file, and with file_hash exactly one");
        }
        Place place = documents.place(membership, parentId, shareLevel);
        List<String> names = files.stream()
                .map(file -> DocumentName.checked("files", file.getOriginalFilename()))
                .toList();
        List<Document> stored = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            stored.add(this.files.store(membership, place, names.get(i), files.get(i), fileHash));
        }
        return new UploadedDocuments(stored);
    }

    @Operation(summary = "Create a folder")
    @Requires(Permission.DOCUMENT_WRITE)
    @PostMapping("/folders")
    @ResponseStatus(HttpStatus.CREATED)
    Document createFolder(Caller caller, @PathVariable UUID organization, @Valid @RequestBody FolderCreation creation) {
        Membership membership = memberships.require(caller, organization);
        return tree.createFolder(
                membership,
                documents.place(membership, creation.parentId(), creation.shareLevel()),
                DocumentName.checked("name", creation.name()));
    }

    @Operation(
            summary = "List a folder of the drive, or its top, by name",
            description = "At the top are the organization's documents and your private ones.")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping
    Page<Document> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(name = "parent_id", required = false) @Nullable UUID parentId,
            @RequestParam(defaultValue = "50") @Min(1) @Max(500) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        if (parentId != null) {
            documents.requireFolder(membership, parentId);
        }
        List<Document> rows = documents.list(membership, parentId, NameCursor.parse(cursor), limit + 1);
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        Document last = rows.get(limit - 1);
        return new Page<>(rows.subList(0, limit), new NameCursor(DocumentName.key(last.name()), last.id()).toString());
    }

    @Operation(summary = "List every folder of the drive, the newest first, to draw its tree")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/folders")
    Page<Document> folders(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "200") @Min(1) @Max(1000) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        return Page.of(documents.folders(membership, Cursor.parse(cursor), limit + 1), limit, Document::id);
    }

    @Operation(summary = "List the drive's trash, the newest document first")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/trash")
    Page<Document> trash(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "50") @Min(1) @Max(500) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        return Page.of(documents.trash(membership, Cursor.parse(cursor), limit + 1), limit, Document::id);
    }

    @Operation(
            summary = "Find folders and files by the words of their names, descriptions and texts, the best first",
            description =
                    "Words as web search engines take them: `\"a phrase\"`, `or`, `-without`. The text of a file is known where"
                            + " it is in a knowledge base. `folder_id` searches below a folder, `since` and `until` by the time of the latest"
                            + " version, `min_size` and `max_size` in bytes.")
    @Requires(Permission.DOCUMENT_READ)
    @PostMapping("/search")
    FoundDocuments search(Caller caller, @PathVariable UUID organization, @Valid @RequestBody DocumentSearch search) {
        Membership membership = memberships.require(caller, organization);
        if (search.folderId() != null) {
            documents.requireFolder(membership, search.folderId());
        }
        return new FoundDocuments(documents.search(
                membership,
                search.query(),
                new Filter(
                        search.folderId(),
                        search.documentType(),
                        search.ownerId(),
                        search.since(),
                        search.until(),
                        search.minSize(),
                        search.maxSize()),
                search.limit() == null ? 20 : search.limit()));
    }
}
