package io.arketic.rag.retrieval;

import io.arketic.rag.attendance.AttendedWork;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.SearchFilter;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.search.SearchSyntax;
import io.arketic.schema.search.Surroundings;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

/** Serves {@code …/search}: the chunks themselves, for callers that compose their own answers. */
@RestController
@RequestMapping("/api/v1")
class SearchController {

    private static final int DEFAULT_LIMIT = 10;

    /**
     * Holds a search request.
     *
     * @param expand what of the document comes with each passage
     * @param groupByDocument whether passages of one document stand together, at the place of the best
     * @param rerank whether the reranker orders what is found; left out, it does if each knowledge base chose it. True
     *     changes nothing where the reranker is an endpoint and a knowledge base did not choose it
     */
    @Schema(example = """
            {"query": "How often is the filter changed?", "limit": 5, "mode": "hybrid"}""")
    record Query(
            @NotBlank @Size(max = 4000) String query,
            @Nullable @Min(1) @Max(100) Integer limit,

            @Nullable @Pattern(regexp = "hybrid|vector|text", message = "must be hybrid, vector or text")
            String mode,

            @Nullable @DecimalMin("-1") @DecimalMax("1") Double threshold,
            @Nullable @Valid FilterBody filter,

            @Nullable @Pattern(regexp = Expand.PATTERN, message = Expand.MESSAGE)
            String expand,

            @Nullable Boolean groupByDocument,
            @Nullable Boolean rerank) {}

    /** @param reranked whether a reranker made the order; where it fails or is late, the order without it stands */
    record Result(List<Item> items, boolean reranked) {}

    /** Names a passage with the same text at another place. */
    record Copy(
            UUID chunkId,
            UUID documentId,
            UUID knowledgeBaseId,
            String filename,
            String filePath,
            @Nullable Integer pageNumber,
            int startOffset,
            int endOffset) {}

    record Around(int startOffset, int endOffset, String content) {}

    /**
     * Holds a passage.
     *
     * @param enabled whether no user has switched it off
     * @param copies passages further down with the same text, which have no place of their own
     * @param context the passage with what stands around it, where {@code expand} asks for it
     */
    record Item(
            UUID chunkId,
            UUID documentId,
            int documentVersion,
            UUID knowledgeBaseId,
            int generation,
            String filename,
            String filePath,
            @Nullable Integer pageNumber,
            int startOffset,
            int endOffset,
            @Nullable String title,
            String chunkType,
            String content,
            double score,
            @Nullable Double similarity,
            boolean enabled,
            List<Copy> copies,
            @Nullable Around context) {}

    private final KnowledgeBases knowledgeBases;
    private final Memberships memberships;
    private final Retrieval retrieval;
    private final RerankOrder rerank;
    private final AttendedWork attended;
    private final Bulkhead places;

    SearchController(
            KnowledgeBases knowledgeBases,
            Memberships memberships,
            Retrieval retrieval,
            RerankOrder rerank,
            AttendedWork attended,
            Bulkheads bulkheads) {
        this.knowledgeBases = knowledgeBases;
        this.memberships = memberships;
        this.retrieval = retrieval;
        this.rerank = rerank;
        this.attended = attended;
        this.places = bulkheads.of(Kind.SEARCHES);
    }

    @Operation(summary = "Search a knowledge base")
    @Requires(Permission.KNOWLEDGE_SEARCH)
    @PostMapping("/knowledge-bases/{knowledgeBase}/search")
    Result search(Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody Query query) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        return find(caller, access.membership(), List.of(access.knowledgeBase()), query);
    }

    @Operation(summary = "Search all knowledge bases of an organization")
    @Requires(Permission.KNOWLEDGE_SEARCH)
    @PostMapping("/organizations/{organization}/search")
    Result searchAll(Caller caller, @PathVariable UUID organization, @Valid @RequestBody Query query) {
        Membership membership = memberships.require(caller, organization);
        return find(caller, membership, knowledgeBases.readable(membership, null), query);
    }

    private Result find(Caller caller, Membership membership, List<KnowledgeBase> bases, Query query) {
        Mode mode =
                query.mode() == null ? Mode.HYBRID : Mode.valueOf(query.mode().toUpperCase(Locale.ROOT));
        int limit = query.limit() == null ? DEFAULT_LIMIT : query.limit();
        SearchSyntax syntax = SearchSyntax.of(query.query());
        SearchFilter filter = FilterBody.ofSearch(
                        query.filter(), field -> knowledgeBases.requireWritable(caller, membership, bases, field))
                .and(syntax);
        rerank.mustBeAvailable(query.rerank());
        RetrievalRequest wanted = new RetrievalRequest(
                syntax.question(), mode, limit, query.threshold(), filter, Expand.of(query.expand()), query.rerank());
        FoundPassages found = attended.here(
                () -> places.enter(membership.organizationId()),
                cancellation -> retrieval.find(membership, bases, wanted, cancellation));
        List<Item> items = found.passages().stream().map(SearchController::item).toList();
        return new Result(Boolean.TRUE.equals(query.groupByDocument()) ? grouped(items) : items, found.reranked());
    }

    private static List<Item> grouped(List<Item> items) {
        Map<UUID, List<Item>> byDocument = new LinkedHashMap<>();
        items.forEach(item -> byDocument
                .computeIfAbsent(item.documentId(), first -> new ArrayList<>())
                .add(item));
        return byDocument.values().stream().flatMap(List::stream).toList();
    }

    private static Copy copy(ChunkHit hit) {
        return new Copy(
                hit.chunkId(),
                hit.documentId(),
                hit.knowledgeBaseId(),
                hit.filename(),
                hit.filePath(),
                hit.page(),
                hit.start(),
                hit.end());
    }

    private static Item item(FoundPassage passage) {
        ChunkHit hit = passage.hit();
        Surroundings around = passage.surroundings();
        return new Item(
                hit.chunkId(),
                hit.documentId(),
                hit.documentVersion(),
                hit.knowledgeBaseId(),
                hit.generation(),
                hit.filename(),
                hit.filePath(),
                hit.page(),
                hit.start(),
                hit.end(),
                hit.title(),
                hit.type(),
                hit.text(),
                hit.score(),
                hit.similarity(),
                hit.enabled(),
                passage.copies().stream().map(SearchController::copy).toList(),
                around == null ? null : new Around(around.start(), around.end(), around.text()));
    }
}
