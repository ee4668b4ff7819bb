package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.document.DocumentTree.Place;
import io.arketic.rag.document.PartUploads.Access;
import io.arketic.rag.document.PartUploads.Planned;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.ClaimedMediaType;
import io.arketic.rag.storage.UploadLink;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Serves {@code /organizations/{organization}/uploads} and {@code /uploads/{upload}}: large files of the drive, in parts. */
@RestController
@RequestMapping("/api/v1")
class UploadController {

    private static final String HASH = "must be 64 hexadecimal digits";

    @Schema(name = "UploadCreation", example = """
            {"name": "film.mp4", "file_size": 40000000}""")
    record UploadCreation(
            @NotBlank @Size(max = 255) String name,
            @NotNull @Min(0) @Max(PartUploads.LARGEST_FILE) Long fileSize,

            @Nullable @Pattern(regexp = DriveController.SHA256, message = HASH)
            String fileHash,

            @Nullable @Size(max = 100) String mimeType,

            @Nullable @Min(PartUploads.SMALLEST_PART) @Max(PartUploads.LARGEST_PART)
            Integer partSize,

            @Nullable UUID parentId,

            @Nullable @Pattern(regexp = Document.LEVELS, message = "must be private or organization")
            String shareLevel) {}

    @Schema(name = "UploadLinkCreation", example = """
            {"file_hash": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}""")
    record UploadLinkCreation(
            @NotNull @Pattern(regexp = DriveController.SHA256, message = HASH)
            String fileHash) {}

    /** @param receivedAt null for a part that a link was made for and that is not in the store */
    record UploadPart(
            int partNumber,
            long fileSize,
            String fileHash,
            @Nullable Instant receivedAt) {

        static UploadPart of(UploadedPart part) {
            return new UploadPart(part.number(), part.size(), part.hash(), part.receivedAt());
        }
    }

    record UploadPartPage(List<UploadPart> items, @Nullable String nextCursor) {}

    private final Memberships memberships;
    private final Documents documents;
    private final DocumentFiles files;
    private final PartUploads uploads;
    private final UploadParts parts;
    private final UploadCompletion completion;

    UploadController(
            Memberships memberships,
            Documents documents,
            DocumentFiles files,
            PartUploads uploads,
            UploadParts parts,
            UploadCompletion completion) {
        this.memberships = memberships;
        this.documents = documents;
        this.files = files;
        this.uploads = uploads;
        this.parts = parts;
        this.completion = completion;
    }

    @Operation(
            summary = "Begin the upload of a large file in parts",
            description =
                    "Send the parts in any order, also in parallel, then complete the upload. A broken connection "
                            + "costs one part: the list of parts says which ones are there. The size counts as storage at once. "
                            + "The place, the name and `file_hash` mean what they mean for other uploads. All parts have "
                            + "`part_size` bytes, the last one the rest. An upload that gets no part for a day ends, and each "
                            + "ends after a week. A file has at most 64 GiB, an upload 1,000 parts, and a member 100 uploads that "
                            + "are not complete, of at most 128 GiB together.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PostMapping("/organizations/{organization}/uploads")
    @ResponseStatus(HttpStatus.CREATED)
    PartUpload begin(Caller caller, @PathVariable UUID organization, @Valid @RequestBody UploadCreation creation) {
        Membership membership = memberships.require(caller, organization);
        String name = DocumentName.checked("name", creation.name());
        String hash = creation.fileHash();
        Place place = documents.place(membership, creation.parentId(), creation.shareLevel());
        files.requireEnterable(membership, place, name);
        return uploads.begin(
                membership,
                place,
                new Planned(
                        name,
                        ClaimedMediaType.of(creation.mimeType(), name),
                        creation.fileSize(),
                        hash == null ? null : hash.toLowerCase(Locale.ROOT),
                        creation.partSize()));
    }

    @Operation(summary = "List your uploads in parts, the newest first")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/organizations/{organization}/uploads")
    Page<PartUpload> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        return Page.of(uploads.list(membership, Cursor.parse(cursor), limit + 1), limit, PartUpload::id);
    }

    @Operation(summary = "See an upload in parts", description = "Only the user who began it finds it.")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/uploads/{upload}")
    PartUpload get(Caller caller, @PathVariable UUID upload) {
        return uploads.require(caller, upload).upload();
    }

    @Operation(
            summary = "Abort an upload",
            description = "Its parts are removed, and it no longer counts as storage. A document that it became stays.")
    @Requires(Permission.DOCUMENT_WRITE)
    @DeleteMapping("/uploads/{upload}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void abort(Caller caller, @PathVariable UUID upload) {
        uploads.abort(uploads.require(caller, upload));
    }

    @Operation(
            summary = "List the parts of an upload that are there, by their numbers",
            description = "`received_at` is null for a part that a link was made for and that is not in the store yet.")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/uploads/{upload}/parts")
    UploadPartPage parts(
            Caller caller,
            @PathVariable UUID upload,
            @RequestParam(defaultValue = "200") @Min(1) @Max(1000) int limit,
            @RequestParam(required = false)
                    @Pattern(regexp = "\\d{1,9}", message = "is not one that this list gave out")
                    @Nullable
                    String cursor) {
        Access access = uploads.require(caller, upload);
        List<UploadPart> rows = parts.list(access, cursor == null ? 0 : Integer.parseInt(cursor), limit + 1).stream()
                .map(UploadPart::of)
                .toList();
        if (rows.size() <= limit) {
            return new UploadPartPage(rows, null);
        }
        return new UploadPartPage(
                rows.subList(0, limit), Integer.toString(rows.get(limit - 1).partNumber()));
    }

    @Operation(
            summary = "Send a part of an upload",
            description =
                    "Send one file with exactly the part's bytes. With `file_hash`, the SHA-256 of the part, other "
                            + "bytes are refused. The same part again changes nothing; other bytes replace it.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PutMapping(path = "/uploads/{upload}/parts/{part}", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    UploadPart send(
            Caller caller,
            @PathVariable UUID upload,
            @PathVariable int part,
            @RequestParam(required = false) @Nullable List<MultipartFile> files,
            @RequestParam(name = "file_hash", required = false)
                    @Pattern(regexp = DriveController.SHA256, message = HASH)
                    @Nullable
                    String fileHash) {
        Access access = uploads.require(caller, upload);
        if (files == null || files.size() != 1) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "files", "must hold exactly one file");
        }
        return UploadPart.of(parts.put(access, part, files.get(0), fileHash));
    }

    @Operation(
            summary = "Make a link that takes a part of an upload",
            description =
                    "`PUT` the part's bytes to its `url`, which leads to the object store, before it expires. Only where "
                            + "`accepts_links` is true: the deployment has set the store's public address. `file_hash` is the "
                            + "part's SHA-256, and is checked when the upload is completed.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PostMapping("/uploads/{upload}/parts/{part}/links")
    @ResponseStatus(HttpStatus.CREATED)
    UploadLink link(
            Caller caller,
            @PathVariable UUID upload,
            @PathVariable int part,
            @Valid @RequestBody UploadLinkCreation creation) {
        return parts.link(uploads.require(caller, upload), part, creation.fileHash());
    }

    @Operation(
            summary = "Complete an upload",
            description =
                    "Puts the parts together, checks the hash and the storage again, and enters the file as other "
                            + "uploads do: an existing name gets its next version. Repeating it gives the same document. A large "
                            + "file takes a while; when the connection breaks, call it again.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PostMapping("/uploads/{upload}/complete")
    @ResponseStatus(HttpStatus.CREATED)
    Document complete(Caller caller, @PathVariable UUID upload) {
        return completion.complete(uploads.require(caller, upload));
    }
}
