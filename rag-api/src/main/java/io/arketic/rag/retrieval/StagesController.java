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
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.search.SearchSyntax;
import io.arketic.schema.search.StagedChunk;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code …/search/stages}: the candidates of each stage of a search, with their scores. */
@RestController
@RequestMapping("/api/v1")
class StagesController {

    private static final int DEFAULT_LIMIT = 10;

    @Schema(example = """
            {"query": "How often is the filter changed?", "limit": 5}""")
    record Query(
            @NotBlank @Size(max = 4000) String query,
            @Nullable @Min(1) @Max(100) Integer limit,

            @Nullable @Pattern(regexp = "hybrid|vector|text", message = "must be hybrid, vector or text")
            String mode,

            @Nullable @DecimalMin("-1") @DecimalMax("1") Double threshold,
            @Nullable @Valid FilterBody filter,
            @Nullable Boolean rerank) {}

    /** @param rank from 1 */
    record StagePlace(long rank, double score) {}

    /**
     * Holds a chunk that a signal brought.
     *
     * @param excerpt the first 400 characters of its text
     * @param vector by similarity among the nearest; null where it is not one of them
     * @param words by its words among the best; null where it is not one of them
     * @param fusion null where it is less similar than the threshold and no word brought it, or has little content
     * @param rerank null where no reranker read it
     * @param resultRank its place in the result, also beyond the limit; copies of one text share it. Null where the search
     *     looks no further
     * @param enabled whether no user has switched it off
     */
    record Candidate(
            UUID chunkId,
            UUID documentId,
            String filename,
            int chunkIndex,
            @Nullable Integer pageNumber,
            int startOffset,
            int endOffset,
            String excerpt,
            @Nullable StagePlace vector,
            @Nullable StagePlace words,
            @Nullable StagePlace fusion,
            @Nullable StagePlace rerank,
            @Nullable Long resultRank,
            boolean enabled) {}

    /**
     * Holds the candidates in the order of their fusion, then those that became none.
     *
     * @param threshold least similarity of what is found by its vector alone
     * @param limit of the result
     * @param reranked whether a reranker made the last order
     */
    record Stages(double threshold, int limit, boolean reranked, List<Candidate> items) {}

    private final KnowledgeBases knowledgeBases;
    private final Retrieval retrieval;
    private final RerankOrder rerank;
    private final AttendedWork attended;
    private final Bulkhead places;

    StagesController(
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
            summary = "See the candidates of each stage of a search",
            description =
                    "Returns what each signal brings, its place in the fusion and by the reranker, and in the result. `…/search/explain` says why a passage is not among them.")
    @Requires(Permission.KNOWLEDGE_SEARCH)
    @PostMapping("/knowledge-bases/{knowledgeBase}/search/stages")
    Stages stages(Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody Query query) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        Mode mode =
                query.mode() == null ? Mode.HYBRID : Mode.valueOf(query.mode().toUpperCase(Locale.ROOT));
        int limit = query.limit() == null ? DEFAULT_LIMIT : query.limit();
        SearchSyntax syntax = SearchSyntax.of(query.query());
        SearchFilter filter = FilterBody.ofSearch(
                        query.filter(),
                        field -> knowledgeBases.requireWritable(
                                caller, access.membership(), List.of(access.knowledgeBase()), field))
                .and(syntax);
        rerank.mustBeAvailable(query.rerank());
        RetrievalRequest wanted = new RetrievalRequest(
                syntax.question(), mode, limit, query.threshold(), filter, Expansion.NONE, query.rerank());
        Retrieval.Staged staged = attended.here(
                () -> places.enter(access.membership().organizationId()),
                cancellation -> retrieval.stages(access.membership(), access.knowledgeBase(), wanted, cancellation));
        return new Stages(
                query.threshold() == null ? access.knowledgeBase().similarityThreshold() : query.threshold(),
                limit,
                staged.found().reranked(),
                staged.chunks().stream()
                        .map(chunk -> candidate(chunk, PassagePlace.of(chunk.chunkId(), staged.found())))
                        .toList());
    }

    private Candidate candidate(StagedChunk chunk, PassagePlace place) {
        Long rank = place.rank();
        Double score = place.score();
        boolean read = place.reranked() && place.copyOf() == null;
        return new Candidate(
                chunk.chunkId(),
                chunk.documentId(),
                chunk.filename(),
                chunk.ordinal(),
                chunk.page(),
                chunk.start(),
                chunk.end(),
                chunk.excerpt(),
                place(chunk.vector()),
                place(chunk.words()),
                place(chunk.fusion()),
                read && rank != null && score != null && rank <= rerank.candidates()
                        ? new StagePlace(rank, score)
                        : null,
                rank,
                chunk.enabled());
    }

    private static @Nullable StagePlace place(StagedChunk.@Nullable Place place) {
        return place == null ? null : new StagePlace(place.rank(), place.score());
    }
}
