package io.arketic.rag.retrieval;

import io.arketic.embeddings.EmbeddingModel;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Turns;
import io.arketic.rag.bulkhead.Turns.Turn;
import io.arketic.rag.generation.QuestionVector;
import io.arketic.rag.generation.TenantModels;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.ChunkSearch;
import io.arketic.schema.search.EmbeddedQuestion;
import io.arketic.schema.search.SearchExplainer;
import io.arketic.schema.search.SearchExplanation;
import io.arketic.schema.search.SearchFilter;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.search.SearchRequest.Mode;
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

    private final TenantModels models;
    private final ChunkSearch search;
    private final SearchExplainer explainer;
    private final Turns turns;
    private final Turns choices;
    private final ExecutorService embedding = Executors.newCachedThreadPool(task -> new Thread(task, "embedding"));

    Retrieval(TenantModels models, ChunkSearch search, SearchExplainer explainer, Bulkheads bulkheads) {
        this.models = models;
        this.search = search;
        this.explainer = explainer;
        this.turns = bulkheads.databaseSearches();
        this.choices = bulkheads.turns(
                "extractive-answers", Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    /** Returns the best first; empty for no knowledge bases. */
    public List<ChunkHit> find(
            Membership membership,
            List<KnowledgeBase> knowledgeBases,
            String question,
            Mode mode,
            int limit,
            @Nullable Double threshold,
            SearchFilter filter,
            Cancellation cancellation) {
        if (knowledgeBases.isEmpty()) {
            return List.of();
        }
        List<UUID> ids = knowledgeBases.stream().map(KnowledgeBase::id).toList();
        Set<String> wanted =
                knowledgeBases.stream().map(KnowledgeBase::embeddingModel).collect(Collectors.toSet());
        UUID tenant = membership.organizationId();
        try {
            // Another generation may go live after the question was embedded, and want another model.
            for (int attempt = 1; ; attempt++) {
                Map<String, EmbeddedQuestion> embedded =
                        mode == Mode.TEXT ? Map.of() : embedded(tenant, wanted, question, cancellation);
                ChunkSearch.Found found;
                try (Turn turn = turn(turns, tenant, cancellation)) {
                    found = search.find(
                            membership.context(),
                            new SearchRequest(ids, question, embedded, mode, limit, threshold, null, filter));
                }
                if (mode == Mode.TEXT || attempt == ATTEMPTS || wanted.containsAll(found.models())) {
                    return found.hits();
                }
                wanted = found.models();
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
        try (Turn turn = turn(turns, tenant, cancellation)) {
            return explainer.explain(membership.context(), request, document, at);
        } catch (SQLException failure) {
            throw DatabaseProblem.of(failure);
        }
    }

    private static Turn turn(Turns turns, UUID tenant, Cancellation cancellation) {
        try {
            Turn turn = turns.take(tenant, cancellation::isCancelled);
            if (turn != null) {
                return turn;
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            cancellation.cancel();
        }
        throw cancellation.why();
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

    /** Runs work like {@link #awaiting}, in a turn among those that choose passages, which only needs processors. */
    public <T> T choosing(UUID tenant, Cancellation cancellation, Supplier<T> work) {
        try (Turn turn = turn(choices, tenant, cancellation)) {
            return awaiting(cancellation, work);
        }
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
