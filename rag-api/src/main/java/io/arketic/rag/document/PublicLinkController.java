package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.connection.Network;
import io.arketic.rag.document.Download.Wish;
import io.arketic.rag.document.PublicLinks.Opened;
import io.arketic.rag.document.PublicLinks.PublicLink;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
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
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /documents/{document}/public-links}, and the files that such links open. */
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

    /** @param needsPassword whether the download asks for one */
    record PublicFile(
            String name,
            long fileSize,
            String mimeType,
            boolean needsPassword,
            @Nullable Instant expiresAt) {}

    private final Documents documents;
    private final PublicLinks links;
    private final Download download;

    PublicLinkController(Documents documents, PublicLinks links, Download download) {
        this.documents = documents;
        this.links = links;
        this.download = download;
    }

    @Operation(
            summary = "Create a public link to a file",
            description = "It opens the file's latest version without an account. It ends with its expiry, its "
                    + "number of downloads, its revocation, or its maker's right to share. Its `url` is "
                    + "shown only this time.")
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

    @Operation(summary = "List a file's public links, the newest 500 first")
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
        return new PublicFile(
                opened.file().filename(),
                opened.file().size(),
                opened.file().mediaType(),
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
            @RequestHeader(value = "X-Link-Password", required = false) @Nullable String password,
            HttpServletRequest request)
            throws IOException {
        String source = Network.of(request.getRemoteAddr());
        if (HttpMethod.HEAD.matches(request.getMethod())) {
            links.open(secret, source); // a look costs no download
            return ResponseEntity.ok().build();
        }
        Opened opened = links.unlock(secret, password, source);
        ResponseEntity<InputStreamResource> answer =
                download.answer(opened.organizationId(), opened.file(), new Wish(null, null, null));
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
