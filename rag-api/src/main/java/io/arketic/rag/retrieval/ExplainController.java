package io.arketic.rag.retrieval;

import io.arketic.rag.attendance.AttendedWork;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchExplanation;
import io.arketic.schema.search.SearchFilter;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.search.SearchSyntax;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code …/search/explain}: why a search did not find an expected passage. */
@RestController
@RequestMapping("/api/v1")
class ExplainController {

    private static final int DEFAULT_LIMIT = 10;

    /** @param offset within the passage, in code points of the document's text; any passage of it without */
    record Expected(
            @NotNull UUID documentId, @Nullable @Min(0) Integer offset) {}

    @Schema(example = """
            {"query": "How often is the filter changed?",
             "expect": {"document_id": "01a228f6-bd00-7289-a70b-cf678450a2f9", "offset": 1200}}""")
    record Query(
            @NotBlank @Size(max = 4000) String query,
            @NotNull @Valid Expected expect,
            @Nullable @Min(1) @Max(100) Integer limit,

            @Nullable @Pattern(regexp = "hybrid|vector|text", message = "must be hybrid, vector or text")
            String mode,

            @Nullable @DecimalMin("-1") @DecimalMax("1") Double threshold,
            @Nullable @Valid FilterBody filter,
            @Nullable Boolean rerank) {}

    /**
     * Says where the passage was lost.
     *
     * @param found whether the search returns it
     * @param lostAt first stage that it did not pass
     * @param chunkId of the chunk that came farthest
     */
    record Explained(
            boolean found,
            @Nullable String lostAt,
            UUID documentId,
            String filename,
            @Nullable UUID chunkId,
            @Nullable Integer startOffset,
            @Nullable Integer endOffset,
            @Nullable Integer pageNumber,
            List<ExplainedStages.Stage> stages) {}

    private final KnowledgeBases knowledgeBases;
    private final Retrieval retrieval;
    private final RerankOrder rerank;
    private final AttendedWork attended;
    private final Bulkhead places;

    ExplainController(
            KnowledgeBases knowledgeBases,
            Retrieval retrieval,
            RerankOrder rerank,
            AttendedWork attended,
            Bulkheads bulkheads) {
        this.knowledgeBases = knowledgeBases;
        this.retrieval = retrieval;
        this.rerank = rerank;
        this.attended = attended;
        this.places = bulkheads.of(Kind.SEARCHES);
    }

    @Operation(
            summary = "Explain why a search does not find a passage",
            description = "Returns the passage's rank and score at each stage, and the first stage that loses " + "it.")
    @Requires(Permission.KNOWLEDGE_SEARCH)
    @PostMapping("/knowledge-bases/{knowledgeBase}/search/explain")
    Explained explain(Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody Query query) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        Mode mode =
                query.mode() == null ? Mode.HYBRID : Mode.valueOf(query.mode().toUpperCase(Locale.ROOT));
        int limit = query.limit() == null ? DEFAULT_LIMIT : query.limit();
        Expected expected = query.expect();
        SearchSyntax syntax = SearchSyntax.of(query.query());
        SearchFilter filter = FilterBody.ofSearch(
                        query.filter(),
                        field -> knowledgeBases.requireWritable(
                                caller, access.membership(), List.of(access.knowledgeBase()), field))
                .and(syntax);
        rerank.mustBeAvailable(query.rerank());
        RetrievalRequest wanted = new RetrievalRequest(
                syntax.question(), mode, limit, query.threshold(), filter, Expansion.NONE, query.rerank());
        SearchRequest request = new SearchRequest(
                List.of(access.knowledgeBase().id()),
                syntax.question(),
                Map.of(),
                mode,
                retrieval.asked(List.of(access.knowledgeBase()), wanted),
                query.threshold(),
                null,
                filter);
        SearchExplanation explanation = attended.here(
                        () -> places.enter(access.membership().organizationId()),
                        cancellation -> retrieval.explain(
                                access.membership(),
                                access.knowledgeBase(),
                                request,
                                expected.documentId(),
                                expected.offset(),
                                cancellation))
                .orElseThrow(() -> ProblemException.notFound("document"));
        SearchExplanation.Passage passage = explanation.passage();
        boolean reranks = retrieval.reranks(List.of(access.knowledgeBase()), wanted);
        PassagePlace place = passage == null || passage.place() == null
                ? null
                : attended.here(
                        () -> places.enter(access.membership().organizationId()),
                        cancellation -> retrieval.place(
                                access.membership(), access.knowledgeBase(), wanted, passage.chunkId(), cancellation));
        List<ExplainedStages.Stage> stages =
                ExplainedStages.of(explanation, mode, limit, expected.offset(), reranks, place);
        String lostAt = ExplainedStages.lostAt(stages);
        return new Explained(
                lostAt == null,
                lostAt,
                expected.documentId(),
                explanation.filename(),
                passage == null ? null : passage.chunkId(),
                passage == null ? null : passage.start(),
                passage == null ? null : passage.end(),
                passage == null ? null : passage.page(),
                stages);
    }
}
