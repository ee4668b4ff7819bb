package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.connection.Network;
import io.arketic.rag.document.Download.Wish;
import io.arketic.rag.document.PublicLinks.Opened;
import io.arketic.rag.document.PublicLinks.PublicLink;
import io.arketic.rag.listing.NameCursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Future;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Serves {@code /documents/{document}/public-links}, and what such links open. */
@RestController
@RequestMapping("/api/v1")
class PublicLinkController {

    @Schema(name = "PublicLinkCreation", example = """
            {"max_downloads": 10}""")
    record PublicLinkCreation(
            @Nullable @Size(min = 8, max = 200) String password,
            @Nullable @Future Instant expiresAt,
            @Nullable @Min(1) @Max(1_000_000) Integer maxDownloads) {}

    record PublicLinkList(List<PublicLink> items) {}

    /**
     * Describes what a link opens.
     *
     * @param mimeType null for a folder
     * @param needsPassword whether the download asks for one
     */
    record PublicFile(
            String name,
            boolean isFolder,
            long fileSize,
            @Nullable String mimeType,
            boolean needsPassword,
            @Nullable Instant expiresAt) {}

    private static final String PASSWORD = "X-Link-Password";

    private final Documents documents;
    private final PublicLinks links;
    private final Download download;
    private final FolderArchive archives;

    PublicLinkController(Documents documents, PublicLinks links, Download download, FolderArchive archives) {
        this.documents = documents;
        this.links = links;
        this.download = download;
        this.archives = archives;
    }

    @Operation(
            summary = "Create a public link to a file or a folder",
            description =
                    "It opens the file's latest version, or what its maker could share in the folder, without an account. "
                            + "It ends with its expiry, its number of downloads, its revocation, or its maker's right "
                            + "to share. Its `url` is shown only this time.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PostMapping("/documents/{document}/public-links")
    @ResponseStatus(HttpStatus.CREATED)
    PublicLink create(Caller caller, @PathVariable UUID document, @Valid @RequestBody PublicLinkCreation creation) {
        return links.create(
                documents.require(caller, document),
                creation.password(),
                creation.expiresAt(),
                creation.maxDownloads());
    }

    @Operation(summary = "List the public links of a file or a folder, the newest 500 first")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping("/documents/{document}/public-links")
    PublicLinkList list(Caller caller, @PathVariable UUID document) {
        return new PublicLinkList(links.list(documents.require(caller, document)));
    }

    @Operation(summary = "Revoke a public link", description = "The link opens nothing from its next request on.")
    @Requires(Permission.DOCUMENT_WRITE)
    @DeleteMapping("/documents/{document}/public-links/{publicLink}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Caller caller, @PathVariable UUID document, @PathVariable UUID publicLink) {
        links.revoke(documents.require(caller, document), publicLink);
    }

    @Operation(summary = "See what a public link opens")
    @Requires(Permission.PUBLIC_LINK_OPEN)
    @GetMapping("/public-links/{secret}")
    PublicFile see(@PathVariable String secret, HttpServletRequest request) {
        Opened opened = links.open(secret, Network.of(request.getRemoteAddr()));
        StoredFile file = opened.file();
        return new PublicFile(
                opened.name(),
                file == null,
                file == null ? 0 : file.size(),
                file == null ? null : file.mediaType(),
                opened.passwordSalt() != null,
                opened.expiresAt());
    }

    @Operation(
            summary = "Download what a public link opens",
            description = "Returns the whole file. Send a link's password in the header `X-Link-Password`.")
    @Requires(Permission.PUBLIC_LINK_OPEN)
    @GetMapping("/public-links/{secret}/content")
    ResponseEntity<InputStreamResource> content(
            @PathVariable String secret,
            @RequestHeader(value = PASSWORD, required = false) @Nullable String password,
            HttpServletRequest request)
            throws IOException {
        String source = Network.of(request.getRemoteAddr());
        if (HttpMethod.HEAD.matches(request.getMethod())) {
            links.open(secret, source).requireFile(); // a look costs no download
            return ResponseEntity.ok().build();
        }
        Opened opened = links.unlock(secret, password, source);
        return counted(secret, opened, opened.requireFile());
    }

    @Operation(
            summary = "List the folder that a public link opens, or one below it, by name",
            description =
                    "As far as the link's maker could share the documents now. It costs no download. Send a link's password "
                            + "in the header `X-Link-Password`.")
    @Requires(Permission.PUBLIC_LINK_OPEN)
    @GetMapping("/public-links/{secret}/entries")
    Page<PublicLinks.Entry> entries(
            @PathVariable String secret,
            @RequestHeader(value = PASSWORD, required = false) @Nullable String password,
            @RequestParam(name = "parent_id", required = false) @Nullable UUID parentId,
            @RequestParam(defaultValue = "50") @Min(1) @Max(500) int limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        Opened opened = links.unlock(secret, password, Network.of(request.getRemoteAddr()));
        List<PublicLinks.Entry> rows = links.entries(secret, opened, parentId, NameCursor.parse(cursor), limit + 1);
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        PublicLinks.Entry last = rows.get(limit - 1);
        return new Page<>(rows.subList(0, limit), new NameCursor(DocumentName.key(last.name()), last.id()).toString());
    }

    @Operation(
            summary = "Download a file below the folder that a public link opens",
            description =
                    "Returns the whole file, and counts as one download of the link. Send a link's password in the header "
                            + "`X-Link-Password`.")
    @Requires(Permission.PUBLIC_LINK_OPEN)
    @GetMapping("/public-links/{secret}/entries/{entry}/content")
    ResponseEntity<InputStreamResource> entry(
            @PathVariable String secret,
            @PathVariable UUID entry,
            @RequestHeader(value = PASSWORD, required = false) @Nullable String password,
            HttpServletRequest request)
            throws IOException {
        String source = Network.of(request.getRemoteAddr());
        if (HttpMethod.HEAD.matches(request.getMethod())) {
            links.open(secret, source);
            return ResponseEntity.ok().build();
        }
        Opened opened = links.unlock(secret, password, source);
        return counted(secret, opened, links.entry(secret, entry));
    }

    @Operation(
            summary = "Download the folder that a public link opens as a ZIP",
            description =
                    "With all that the link's maker could share in it, in the latest versions, streamed. It counts as one "
                            + "download of the link. Send a link's password in the header `X-Link-Password`.")
    @ApiResponse(
            responseCode = "200",
            description = "The archive",
            content = @Content(mediaType = "application/zip", schema = @Schema(type = "string", format = "binary")))
    @Requires(Permission.PUBLIC_LINK_OPEN)
    @GetMapping("/public-links/{secret}/archive")
    ResponseEntity<StreamingResponseBody> archive(
            @PathVariable String secret,
            @RequestHeader(value = PASSWORD, required = false) @Nullable String password,
            HttpServletRequest request) {
        String source = Network.of(request.getRemoteAddr());
        if (HttpMethod.HEAD.matches(request.getMethod())) {
            links.open(secret, source);
            return ResponseEntity.ok().build();
        }
        Opened opened = links.unlock(secret, password, source);
        if (opened.file() != null) {
            throw new ProblemException(ProblemReason.CONFLICT, "Only a folder is sent as an archive.");
        }
        return archives.answer(opened.organizationId(), source, opened.name(), () -> {
            List<FolderArchive.Entry> content = links.archive(secret, FolderArchive.MOST + 1);
            if (content.size() <= FolderArchive.MOST) {
                links.count(secret, opened);
            }
            return content;
        });
    }

    /** Sends a file, and counts the download when the file is open. */
    private ResponseEntity<InputStreamResource> counted(String secret, Opened opened, StoredFile file)
            throws IOException {
        ResponseEntity<InputStreamResource> answer =
                download.answer(opened.organizationId(), file, new Wish(null, null, null));
        boolean counted = false;
        try {
            links.count(secret, opened);
            counted = true;
            return answer;
        } finally {
            if (!counted && answer.getBody() != null) {
                answer.getBody().getInputStream().close();
            }
        }
    }
}
