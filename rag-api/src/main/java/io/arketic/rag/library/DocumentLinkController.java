package io.arketic.rag.library;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SignedLinks;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /links/{link}}: the links of {@link DocumentLinks}. */
@RestController
@RequestMapping("/api/v1/links")
class DocumentLinkController {

    private static final byte[] PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>The link opens nothing</title></head>
            <body><h1>This link has expired or no longer works</h1>
            <p>The link of a source holds for a while, and ends with the session that asked, with the right to read, and
            with the document. Ask the question again for another one.</p></body></html>
            """.getBytes(StandardCharsets.UTF_8);

    private final SignedLinks links;
    private final DocumentController documents;

    DocumentLinkController(SignedLinks links, DocumentController documents) {
        this.links = links;
        this.documents = documents;
    }

    @Operation(
            summary = "Open the link of a citation",
            description = "Downloads the original without a token; of the drive's documents it is the cited "
                    + "version. The link is valid for an hour by default, and opens only what the asking "
                    + "session or API key may read at that moment. For an invalid link, a browser gets a "
                    + "page instead of a problem.")
    @Requires(Permission.LINK_OPEN)
    @GetMapping("/{link}")
    ResponseEntity<InputStreamResource> open(
            @PathVariable String link,
            @RequestHeader(name = HttpHeaders.ACCEPT, defaultValue = "") @Parameter(hidden = true) String accept) {
        try {
            SignedLinks.Opened opened =
                    links.open(link).orElseThrow(() -> ProblemException.notFound("open link; ask again for another"));
            String[] ids = opened.target().split("/", 3);
            Caller asker = new Caller(opened.asker(), Permission.LINK_OPEN).doing(Permission.KNOWLEDGE_READ);
            // Older links have no version.
            return documents.content(
                    asker,
                    UUID.fromString(ids[0]),
                    UUID.fromString(ids[1]),
                    ids.length < 3 ? null : Integer.valueOf(ids[2]));
        } catch (ProblemException refused) {
            // A user follows it in a browser, not a program.
            if (accept.contains(MediaType.TEXT_HTML_VALUE)
                    && refused.reason().status().is4xxClientError()) {
                return ResponseEntity.status(refused.reason().status())
                        .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                        .contentLength(PAGE.length)
                        .body(new InputStreamResource(new ByteArrayInputStream(PAGE)));
            }
            throw refused;
        }
    }
}
