package io.arketic.rag.knowledge;

import io.arketic.rag.identity.Caller;
import io.arketic.rag.identity.SignedLinks;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import java.util.UUID;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /links/{link}}: what {@link DocumentLinks} gave out. */
@RestController
@RequestMapping("/api/v1/links")
class DocumentLinkController {

    private final SignedLinks links;
    private final DocumentController documents;

    DocumentLinkController(SignedLinks links, DocumentController documents) {
        this.links = links;
        this.documents = documents;
    }

    @Operation(
            summary = "Open the link of a citation",
            description =
                    "Downloads the original, without a token. The link holds for an hour unless the deployment says"
                            + " otherwise, and opens what the session or API key that asked may read at that moment.")
    @Requires(Permission.LINK_OPEN)
    @GetMapping("/{link}")
    ResponseEntity<InputStreamResource> open(@PathVariable String link) {
        SignedLinks.Opened opened =
                links.open(link).orElseThrow(() -> ProblemException.notFound("open link; ask again for another"));
        String[] ids = opened.target().split("/", 2);
        Caller asker = new Caller(opened.asker(), Permission.LINK_OPEN).doing(Permission.KNOWLEDGE_READ);
        return documents.content(asker, UUID.fromString(ids[0]), UUID.fromString(ids[1]));
    }
}
