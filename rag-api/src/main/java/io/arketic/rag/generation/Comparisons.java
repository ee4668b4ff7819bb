package io.arketic.rag.generation;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.deployment.Sender;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.ChunkSearch;
import io.arketic.schema.search.EmbeddedQuestion;
import io.arketic.schema.search.SearchRequest;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.tenancy.Turns;
import io.arketic.schema.tenancy.Turns.Turn;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Asks two generations the same questions, to show the effect of a switch. */
@Component
class Comparisons {

    private static final int HITS = 50;

    /** @param relevant documents that answer it; none if it was not judged */
    record Judged(String query, Set<UUID> relevant) {

        Judged {
            relevant = Set.copyOf(relevant);
        }
    }

    /**
     * Holds one question's comparison.
     *
     * @param overlapAt10 share of documents that are among the first ten of both
     * @param liveNdcgAt10 null without judgments, as {@code candidateNdcgAt10}
     */
    record Compared(
            String query,
            double overlapAt10,
            @Nullable Double liveNdcgAt10,
            @Nullable Double candidateNdcgAt10,
            List<UUID> live,
            List<UUID> candidate) {

        /** Returns how much better the candidate is; 0 without judgments. */
        double gain() {
            return liveNdcgAt10 == null || candidateNdcgAt10 == null ? 0 : candidateNdcgAt10 - liveNdcgAt10;
        }
    }

    /**
     * Holds the averages, over all questions and over those with judgments.
     *
     * @param worse judged questions that the candidate answers with a lower nDCG
     * @param better and with a higher one
     */
    record Comparison(
            int live,
            int candidate,
            int queries,
            double overlapAt10,
            @Nullable Double liveNdcgAt10,
            @Nullable Double candidateNdcgAt10,
            int worse,
            int better,
            List<Compared> items) {}

    private final TenantModels models;
    private final Bulkhead places;
    private final Turns turns;
    private final ChunkSearch search;

    Comparisons(TenantModels models, Bulkheads bulkheads, ChunkSearch search) {
        this.models = models;
        this.places = bulkheads.of(Kind.COMPARISONS);
        this.turns = bulkheads.processors();
        this.search = search;
    }

    Comparison compare(KnowledgeAccess access, Generation live, Generation candidate, List<Judged> questions) {
        Sender sender = Sender.current();
        List<Compared> items;
        try (Place place = places.enter(
                access.membership().organizationId(), access.membership().userId())) {
            items = questions.stream()
                    .peek(question -> stopAfter(sender))
                    .map(question -> compare(access, live, candidate, question))
                    .toList();
        }
        return new Comparison(
                live.generation(),
                candidate.generation(),
                items.size(),
                items.stream().mapToDouble(Compared::overlapAt10).average().orElse(1),
                average(items, Compared::liveNdcgAt10),
                average(items, Compared::candidateNdcgAt10),
                (int) items.stream().filter(item -> item.gain() < 0).count(),
                (int) items.stream().filter(item -> item.gain() > 0).count(),
                items);
    }

    /** Stops when no caller waits for it. */
    private static void stopAfter(@Nullable Sender sender) {
        if (sender != null && sender.hasGone()) {
            throw new ProblemException(ProblemReason.ANSWER_STOPPED, "The caller no longer waits for the comparison.");
        }
    }

    private Compared compare(KnowledgeAccess access, Generation live, Generation candidate, Judged question) {
        Ranking before = rank(access, live, question.query());
        Ranking after = rank(access, candidate, question.query());
        boolean judged = !question.relevant().isEmpty();
        return new Compared(
                question.query(),
                before.overlap(after),
                judged ? before.ndcg(question.relevant()) : null,
                judged ? after.ndcg(question.relevant()) : null,
                before.documents(),
                after.documents());
    }

    /** Ranks by any similarity: both models have their own thresholds, and only ranks are compared. */
    private Ranking rank(KnowledgeAccess access, Generation generation, String query) {
        EmbeddedQuestion embedded =
                QuestionVector.of(models, access.membership().organizationId(), generation.embeddingModel(), query);
        try {
            SearchRequest request = new SearchRequest(
                    List.of(access.knowledgeBase().id()),
                    query,
                    Map.of(generation.embeddingModel(), embedded),
                    Mode.HYBRID,
                    HITS,
                    -1.0,
                    generation.generation());
            return new Ranking(searched(access.membership(), request).stream()
                    .map(ChunkHit::documentId)
                    .toList());
        } catch (SQLException failure) {
            throw DatabaseProblem.of(failure);
        }
    }

    /** Takes the turn after the embedding, which took one itself. */
    private List<ChunkHit> searched(Membership membership, SearchRequest request) throws SQLException {
        try (Turn turn = turns.take(membership.organizationId())) {
            return search.search(membership.context(), request);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ProblemException(ProblemReason.ANSWER_STOPPED, "The comparison was stopped.", stopped);
        }
    }

    private static @Nullable Double average(List<Compared> items, Function<Compared, @Nullable Double> of) {
        List<Double> values = items.stream().map(of).filter(Objects::nonNull).toList();
        return values.isEmpty()
                ? null
                : values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
