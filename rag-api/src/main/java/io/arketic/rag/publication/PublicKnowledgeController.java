package io.arketic.rag.publication;

import io.arketic.rag.answer.Answer;
import io.arketic.rag.answer.AnswerStreams;
import io.arketic.rag.attendance.AttendedWork;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.connection.Network;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeDocument;
import io.arketic.rag.knowledge.KnowledgeDocuments;
import io.arketic.rag.knowledge.KnowledgeDocuments.DocumentText;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.retrieval.FoundPassages;
import io.arketic.rag.retrieval.Retrieval;
import io.arketic.rag.retrieval.RetrievalRequest;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/** Serves {@code /public/knowledge-bases}: public knowledge bases without an account. No address lists them. */
@RestController
@RequestMapping("/api/v1/public/knowledge-bases")
class PublicKnowledgeController {

    private static final String LIMITS = "Limits apply to each network and to each knowledge base.";
    private static final int DEFAULT_LIMIT = 10;

    /** Limits one part of a text, in code points. */
    private static final int MOST_CHARACTERS = 100_000;

    /** Shows a public knowledge base without its settings, its owner and its size. */
    record PublicKnowledgeBase(
            UUID id, String name, @Nullable String description, long documentCount) {}

    @Schema(example = """
            {"query": "How often is the filter changed?", "limit": 5}""")
    record PublicQuery(
            @NotBlank @Size(max = 1000) String query,
            @Nullable @Min(1) @Max(20) Integer limit) {}

    record PublicPassage(
            UUID documentId,
            String filename,
            @Nullable Integer pageNumber,
            @Nullable String title,
            String content,
            double score) {}

    record PublicPassages(List<PublicPassage> items) {}

    record PublicDocument(
            UUID id,
            String filename,
            String fileType,
            @Nullable String title,
            @Nullable String language,
            @Nullable Integer pageCount) {}

    /** @param nextOffset where the text goes on; null at its end */
    record PublicText(
            String filename,
            String text,
            int offset,
            @Nullable Integer nextOffset,
            int characters) {}

    @Schema(example = """
            {"question": "How often is the filter changed?"}""")
    record PublicQuestion(@NotBlank @Size(max = 1000) String question) {}

    /** @param number as it stands in the answer, {@code [number]} */
    record PublicCitation(
            int number,
            @Nullable UUID documentId,
            String filename,
            @Nullable Integer pageNumber,
            String quote) {}

    record PublicAnswer(String content, double confidence, List<PublicCitation> citations) {}

    private final PublicKnowledge knowledge;
    private final PublicThrottle throttle;
    private final PublicAnswers answers;
    private final KnowledgeDocuments documents;
    private final Retrieval retrieval;
    private final AnswerStreams streams;
    private final AttendedWork attended;
    private final Bulkhead places;

    PublicKnowledgeController(
            PublicKnowledge knowledge,
            PublicThrottle throttle,
            PublicAnswers answers,
            KnowledgeDocuments documents,
            Retrieval retrieval,
            AnswerStreams streams,
            AttendedWork attended,
            Bulkheads bulkheads) {
        this.knowledge = knowledge;
        this.throttle = throttle;
        this.answers = answers;
        this.documents = documents;
        this.retrieval = retrieval;
        this.streams = streams;
        this.attended = attended;
        this.places = bulkheads.of(Kind.SEARCHES);
    }

    /** Keeps search engines from listing what was shared by its address. */
    @ModelAttribute
    void keepOutOfIndexes(HttpServletResponse response) {
        response.setHeader("X-Robots-Tag", "noindex, nofollow");
    }

    @Operation(
            summary = "Find a public knowledge base by name",
            description = "It is the oldest public one of this name, in any case, in the organization of this slug.")
    @Requires(Permission.KNOWLEDGE_PUBLIC)
    @GetMapping("/named")
    PublicKnowledgeBase named(
            @RequestParam @NotBlank @Size(max = 100) String organization,
            @RequestParam @NotBlank @Size(max = 200) String name,
            HttpServletRequest request) {
        return shown(knowledge.named(organization, name, network(request)));
    }

    @Operation(summary = "See a public knowledge base")
    @Requires(Permission.KNOWLEDGE_PUBLIC)
    @GetMapping("/{knowledgeBase}")
    PublicKnowledgeBase get(@PathVariable UUID knowledgeBase, HttpServletRequest request) {
        return shown(knowledge.require(knowledgeBase, network(request)));
    }

    @Operation(
            summary = "List the documents of a public knowledge base, the newest first",
            description = "Only documents that are read completely. Documents of the drive are left out. " + LIMITS)
    @Requires(Permission.KNOWLEDGE_PUBLIC)
    @GetMapping("/{knowledgeBase}/documents")
    Page<PublicDocument> documents(
            @PathVariable UUID knowledgeBase,
            @RequestParam(defaultValue = "50") @Min(1) @Max(100) int limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        KnowledgeAccess access = knowledge.require(knowledgeBase, network(request));
        List<PublicDocument> found = documents.list(access, "completed", null, Cursor.parse(cursor), limit + 1).stream()
                .map(PublicKnowledgeController::document)
                .toList();
        return Page.of(found, limit, PublicDocument::id);
    }

    @Operation(
            summary = "Read a document's text in a public knowledge base",
            description =
                    "A part of it; the next one begins at its next_offset. An organization names the knowledge bases that serve"
                            + " complete texts in custom_settings.public_knowledge.texts; others answer 404. Originals are not served. "
                            + LIMITS)
    @Requires(Permission.KNOWLEDGE_PUBLIC)
    @GetMapping("/{knowledgeBase}/documents/{document}/text")
    PublicText text(
            @PathVariable UUID knowledgeBase,
            @PathVariable UUID document,
            @RequestParam(defaultValue = "0") @Min(0) @Max(1_000_000_000) int offset,
            @RequestParam(defaultValue = "" + MOST_CHARACTERS) @Min(1) @Max(MOST_CHARACTERS) int limit,
            HttpServletRequest request) {
        KnowledgeAccess access = knowledge.require(knowledgeBase, network(request));
        knowledge.requireTexts(access);
        KnowledgeDocument found = documents.require(access, document);
        DocumentText part = Optional.of(found)
                .filter(read -> read.status().equals("completed"))
                .flatMap(read -> documents.text(access, document, offset, limit))
                .orElseThrow(() -> ProblemException.notFound("text"));
        return new PublicText(found.filename(), part.text(), part.offset(), part.nextOffset(), part.characters());
    }

    @Operation(summary = "Search a public knowledge base", description = LIMITS)
    @Requires(Permission.KNOWLEDGE_PUBLIC)
    @PostMapping("/{knowledgeBase}/search")
    PublicPassages search(
            @PathVariable UUID knowledgeBase, @Valid @RequestBody PublicQuery query, HttpServletRequest request) {
        KnowledgeAccess access = knowledge.require(knowledgeBase, network(request));
        int limit = Objects.requireNonNullElse(query.limit(), DEFAULT_LIMIT);
        FoundPassages found = attended.here(
                () -> places.enter(access.membership().organizationId()),
                cancellation -> retrieval.find(
                        access.membership(),
                        List.of(access.knowledgeBase()),
                        RetrievalRequest.forAnswer(query.query(), limit, SearchFilter.NONE, Expansion.NONE),
                        cancellation));
        return new PublicPassages(
                found.passages().stream().map(passage -> passage(passage.hit())).toList());
    }

    @Operation(
            summary = "Ask a public knowledge base",
            description = "The organization pays for the answer; nothing of the question is stored. " + LIMITS
                    + " All public questions of an organization use a share of its AI requests; beyond it the answer is 429 with"
                    + " Retry-After.")
    @Requires(Permission.KNOWLEDGE_PUBLIC)
    @PostMapping("/{knowledgeBase}/answers")
    DeferredResult<PublicAnswer> answer(
            @PathVariable UUID knowledgeBase, @Valid @RequestBody PublicQuestion question, HttpServletRequest request) {
        KnowledgeAccess access = knowledge.require(knowledgeBase, network(request));
        throttle.asks(access.membership(), knowledgeBase, network(request));
        return streams.whole(
                access.membership().organizationId(),
                cancellation ->
                        answered(answers.answer(access, question.question().strip(), cancellation)));
    }

    private static String network(HttpServletRequest request) {
        return Network.of(request.getRemoteAddr());
    }

    private static PublicKnowledgeBase shown(KnowledgeAccess access) {
        KnowledgeBase base = access.knowledgeBase();
        return new PublicKnowledgeBase(base.id(), base.name(), base.description(), base.documentCount());
    }

    private static PublicPassage passage(ChunkHit hit) {
        return new PublicPassage(hit.documentId(), hit.filename(), hit.page(), hit.title(), hit.text(), hit.score());
    }

    private static PublicDocument document(KnowledgeDocument document) {
        return new PublicDocument(
                document.id(),
                document.filename(),
                document.fileType(),
                document.title(),
                document.language(),
                document.pageCount());
    }

    private static PublicAnswer answered(Answer answer) {
        return new PublicAnswer(
                answer.content(),
                answer.confidence(),
                answer.citations().stream()
                        .map(cited -> new PublicCitation(
                                cited.number(),
                                cited.documentId(),
                                cited.filename(),
                                cited.pageNumber(),
                                cited.quote()))
                        .toList());
    }
}
