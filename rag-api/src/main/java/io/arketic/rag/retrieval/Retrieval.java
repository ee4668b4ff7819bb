package io.arketic.rag.retrieval;

import io.arketic.embeddings.EmbeddingModel;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.generation.QuestionVector;
import io.arketic.rag.generation.TenantModels;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.ChunkSearch;
import io.arketic.schema.search.ChunkSurroundings;
import io.arketic.schema.search.EmbeddedQuestion;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchExplainer;
import io.arketic.schema.search.SearchExplanation;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.search.SearchStages;
import io.arketic.schema.search.StagedChunk;
import io.arketic.schema.search.Surroundings;
import io.arketic.schema.tenancy.Turns;
import io.arketic.schema.tenancy.Turns.Turn;
import jakarta.annotation.PreDestroy;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds chunks for a question. It embeds the question before it takes a database connection. */
@Component
public class Retrieval {

    private static final int ATTEMPTS = 3;

    /** Hits of one search. */
    private static final int MOST = 100;

    /** Hits beyond those wanted, which stand in for copies. */
    private static final int COPIES = 10;

    private final TenantModels models;
    private final ChunkSearch search;
    private final SearchExplainer explainer;
    private final SearchStages stages;
    private final ChunkSurroundings surroundings;
    private final RerankOrder rerankOrder;
    private final Turns turns;
    private final ExecutorService embedding = Executors.newCachedThreadPool(Retrieval::thread);

    Retrieval(
            TenantModels models,
            ChunkSearch search,
            SearchExplainer explainer,
            SearchStages stages,
            ChunkSurroundings surroundings,
            RerankOrder rerankOrder,
            Bulkheads bulkheads) {
        this.surroundings = surroundings;
        this.rerankOrder = rerankOrder;
        this.models = models;
        this.search = search;
        this.explainer = explainer;
        this.stages = stages;
        this.turns = bulkheads.processors();
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "embedding");
        thread.setDaemon(true);
        return thread;
    }

    /** Returns the best first, those of the same text as one; empty for no knowledge bases. */
    public FoundPassages find(
            Membership membership,
            List<KnowledgeBase> knowledgeBases,
            RetrievalRequest wanted,
            Cancellation cancellation) {
        if (knowledgeBases.isEmpty()) {
            return new FoundPassages(List.of(), false);
        }
        FoundPassages ordered = ordered(membership, knowledgeBases, wanted, cancellation);
        cancellation.check();
        List<FoundPassage> passages =
                ordered.passages().stream().limit(wanted.limit()).toList();
        return new FoundPassages(expanded(membership, passages, wanted), ordered.reranked());
    }

    /** Returns the chunk's place in the search of one knowledge base, also beyond the limit. */
    PassagePlace place(
            Membership membership, KnowledgeBase base, RetrievalRequest wanted, UUID chunk, Cancellation cancellation) {
        return PassagePlace.of(chunk, ordered(membership, List.of(base), wanted, cancellation));
    }

    /**
     * Holds what the signals of a search brought.
     *
     * @param found the passages in their last order, also beyond the limit
     */
    record Staged(List<StagedChunk> chunks, FoundPassages found) {}

    /** Returns what each stage of a search in one knowledge base has. */
    Staged stages(Membership membership, KnowledgeBase base, RetrievalRequest wanted, Cancellation cancellation) {
        UUID tenant = membership.organizationId();
        Folded fused = folded(membership, List.of(base), wanted, cancellation);
        Map<String, EmbeddedQuestion> embedded = wanted.mode() == Mode.TEXT
                ? Map.of()
                : embedded(tenant, Set.of(base.embeddingModel()), wanted.question(), cancellation);
        SearchRequest request = new SearchRequest(
                List.of(base.id()),
                wanted.question(),
                embedded,
                wanted.mode(),
                fused.asked(),
                wanted.threshold(),
                null,
                wanted.filter());
        List<StagedChunk> chunks;
        try (Turn turn = cancellation.turn(turns, tenant)) {
            chunks = stages.of(membership.context(), request);
        } catch (SQLException failure) {
            throw DatabaseProblem.of(failure);
        }
        return new Staged(chunks, ranked(List.of(base), wanted, fused));
    }

    /** Returns whether a reranker is to order what is found. */
    boolean reranks(List<KnowledgeBase> knowledgeBases, RetrievalRequest wanted) {
        return rerankOrder.chosen(knowledgeBases, wanted.rerank());
    }

    /** Returns how many hits the search is asked for at first. */
    int asked(List<KnowledgeBase> knowledgeBases, RetrievalRequest wanted) {
        return Math.min(MOST, most(knowledgeBases, wanted) + COPIES);
    }

    private int most(List<KnowledgeBase> knowledgeBases, RetrievalRequest wanted) {
        return reranks(knowledgeBases, wanted) ? Math.max(wanted.limit(), rerankOrder.candidates()) : wanted.limit();
    }

    /** Returns the passages in their last order, and possibly more than are wanted. */
    private FoundPassages ordered(
            Membership membership,
            List<KnowledgeBase> knowledgeBases,
            RetrievalRequest wanted,
            Cancellation cancellation) {
        return ranked(knowledgeBases, wanted, folded(membership, knowledgeBases, wanted, cancellation));
    }

    private FoundPassages ranked(List<KnowledgeBase> knowledgeBases, RetrievalRequest wanted, Folded fused) {
        List<FoundPassage> reranked = reranks(knowledgeBases, wanted)
                ? rerankOrder.of(wanted.question(), fused.passages()).orElse(null)
                : null;
        return reranked == null ? new FoundPassages(fused.passages(), false) : new FoundPassages(reranked, true);
    }

    private List<FoundPassage> expanded(Membership membership, List<FoundPassage> passages, RetrievalRequest wanted) {
        if (wanted.expansion() == Expansion.NONE) {
            return passages;
        }
        try {
            Map<UUID, Surroundings> around = surroundings.of(
                    membership.context(),
                    passages.stream().map(FoundPassage::hit).toList(),
                    wanted.expansion(),
                    wanted.filter());
            return passages.stream()
                    .map(passage -> passage.with(around.get(passage.hit().chunkId())))
                    .toList();
        } catch (SQLException failure) {
            throw DatabaseProblem.of(failure);
        }
    }

    /** @param asked hits that the search was asked for */
    private record Folded(List<FoundPassage> passages, int asked) {}

    /** Searches for a few more than are wanted, and once more for as many as there may be where the copies were more. */
    private Folded folded(
            Membership membership,
            List<KnowledgeBase> knowledgeBases,
            RetrievalRequest wanted,
            Cancellation cancellation) {
        int most = most(knowledgeBases, wanted);
        int asked = asked(knowledgeBases, wanted);
        List<ChunkHit> hits = hits(membership, knowledgeBases, wanted, asked, cancellation);
        List<FoundPassage> passages = Copies.fold(hits);
        if (passages.size() >= most || hits.size() < asked || asked == MOST) {
            return new Folded(passages, asked);
        }
        return new Folded(Copies.fold(hits(membership, knowledgeBases, wanted, MOST, cancellation)), MOST);
    }

    private List<ChunkHit> hits(
            Membership membership,
            List<KnowledgeBase> knowledgeBases,
            RetrievalRequest wanted,
            int limit,
            Cancellation cancellation) {
        List<UUID> ids = knowledgeBases.stream().map(KnowledgeBase::id).toList();
        Set<String> models =
                knowledgeBases.stream().map(KnowledgeBase::embeddingModel).collect(Collectors.toSet());
        UUID tenant = membership.organizationId();
        try {
            // Another generation may go live after the question was embedded, and want another model.
            for (int attempt = 1; ; attempt++) {
                Map<String, EmbeddedQuestion> embedded = wanted.mode() == Mode.TEXT
                        ? Map.of()
                        : embedded(tenant, models, wanted.question(), cancellation);
                ChunkSearch.Found found;
                try (Turn turn = cancellation.turn(turns, tenant)) {
                    found = search.find(
                            membership.context(),
                            new SearchRequest(
                                    ids,
                                    wanted.question(),
                                    embedded,
                                    wanted.mode(),
                                    limit,
                                    wanted.threshold(),
                                    null,
                                    wanted.filter()));
                }
                if (wanted.mode() == Mode.TEXT || attempt == ATTEMPTS || models.containsAll(found.models())) {
                    return found.hits();
                }
                models = found.models();
            }
        } catch (SQLException failure) {
            throw DatabaseProblem.of(failure);
        }
    }

    /**
     * Explains the rank of a passage in the search of one knowledge base.
     *
     * @param at an offset within it, in code points of the document's text; null for any passage of the document
     * @return empty where the knowledge base has no such document
     */
    Optional<SearchExplanation> explain(
            Membership membership,
            KnowledgeBase base,
            SearchRequest asked,
            UUID document,
            @Nullable Integer at,
            Cancellation cancellation) {
        UUID tenant = membership.organizationId();
        Map<String, EmbeddedQuestion> embedded = asked.mode() == Mode.TEXT
                ? Map.of()
                : embedded(tenant, Set.of(base.embeddingModel()), asked.query(), cancellation);
        SearchRequest request = new SearchRequest(
                asked.knowledgeBaseIds(),
                asked.query(),
                embedded,
                asked.mode(),
                asked.limit(),
                asked.threshold(),
                asked.generation(),
                asked.filter());
        try (Turn turn = cancellation.turn(turns, tenant)) {
            return explainer.explain(membership.context(), request, document, at);
        } catch (SQLException failure) {
            throw DatabaseProblem.of(failure);
        }
    }

    /** Returns the model that embedded all of these; the deployment's own if there are several. */
    public EmbeddingModel reader(Membership membership, List<KnowledgeBase> knowledgeBases) {
        Set<String> ids =
                knowledgeBases.stream().map(KnowledgeBase::embeddingModel).collect(Collectors.toSet());
        UUID tenant = membership.organizationId();
        return ids.size() == 1 && ids.stream().allMatch(models::has)
                ? models.get(tenant, ids.iterator().next())
                : models.defaultModel(tenant);
    }

    /**
     * Embeds the question for each model; a knowledge base whose model the deployment no longer has is searched by its
     * text alone.
     */
    private Map<String, EmbeddedQuestion> embedded(
            UUID tenant, Set<String> wanted, String question, Cancellation cancellation) {
        Set<String> known = wanted.stream().filter(models::has).collect(Collectors.toSet());
        if (known.isEmpty()) {
            return Map.of();
        }
        return awaiting(
                cancellation,
                () -> known.stream()
                        .collect(Collectors.toMap(id -> id, id -> QuestionVector.of(models, tenant, id, question))));
    }

    /** Returns the result of {@code work}, which embeds: it ends with the cancellation. */
    public <T> T awaiting(Cancellation cancellation, Supplier<T> work) {
        return cancellation.awaiting(embedding, work);
    }

    @PreDestroy
    void close() {
        embedding.shutdownNow();
    }
}
