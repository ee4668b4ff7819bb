package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /documents/{document}/knowledge-bases}: the knowledge bases of a document of the drive. */
@RestController
@RequestMapping("/api/v1/documents/{document}/knowledge-bases")
class KnowledgeSourceController {

    record KnowledgeSourceList(List<KnowledgeSource> items) {}

    private final Documents documents;
    private final KnowledgeBases knowledgeBases;
    private final KnowledgeSources sources;
    private final KnowledgeFeed feed;

    KnowledgeSourceController(
            Documents documents, KnowledgeBases knowledgeBases, KnowledgeSources sources, KnowledgeFeed feed) {
        this.documents = documents;
        this.knowledgeBases = knowledgeBases;
        this.sources = sources;
        this.feed = feed;
    }

    @Operation(
            summary = "List the knowledge bases of a document of the drive",
            description = "Includes knowledge bases that contain a folder above it.")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping
    KnowledgeSourceList list(Caller caller, @PathVariable UUID document) {
        return new KnowledgeSourceList(sources.list(documents.require(caller, document)));
    }

    @Operation(
            summary = "Add a file or a folder of the drive to a knowledge base",
            description = "A folder is added with its present and later content. Each version of a file "
                    + "becomes the document's next version there; a move or a rename keeps its embeddings. "
                    + "A user finds and reads there only what the drive shows to that user.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PutMapping("/{knowledgeBase}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void add(Caller caller, @PathVariable UUID document, @PathVariable UUID knowledgeBase) {
        DocumentAccess access = documents.require(caller, document);
        KnowledgeAccess target = knowledgeBases.require(caller, knowledgeBase);
        if (!target.membership().organizationId().equals(access.membership().organizationId())) {
            throw ProblemException.notFound("knowledge base");
        }
        if (!target.knowledgeBase().isActive()) {
            throw new ProblemException(ProblemReason.CONFLICT, "The knowledge base is not active.");
        }
        sources.add(access, knowledgeBase);
        feed.wake();
    }

    @Operation(
            summary = "Take a file or a folder of the drive out of a knowledge base",
            description = "Content that was added separately, or with a folder above it, stays.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @DeleteMapping("/{knowledgeBase}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Caller caller, @PathVariable UUID document, @PathVariable UUID knowledgeBase) {
        DocumentAccess access = documents.require(caller, document);
        knowledgeBases.require(caller, knowledgeBase);
        sources.remove(access, knowledgeBase);
        feed.wake();
    }
}
