package io.arketic.rag.openai;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.generation.QuestionVector;
import io.arketic.rag.generation.TenantModels;
import io.arketic.rag.model.ChatProperties;
import io.arketic.rag.model.Usage;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.AiWork;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Embeds texts of programs; only their costs are stored. Each call counts as a question. */
@Component
class Embeddings {

    /** Sets the texts between two checks of the caller. */
    private static final int PORTION = 16;

    /** Limits how long the tokens stay reserved if the process dies. */
    private static final Duration RESERVED = Duration.ofMinutes(10);

    /**
     * Holds vectors in the order of the texts.
     *
     * @param truncated whether a text is longer than the model takes, so that its vector is that of its beginning
     */
    record Embedded(List<float[]> vectors, List<Boolean> truncated, int tokens) {}

    private final TenantModels models;
    private final Memberships memberships;
    private final AiAllowance allowance;
    private final Transactions transactions;
    private final ChatProperties prices;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "program-texts"));

    Embeddings(
            TenantModels models,
            Memberships memberships,
            AiAllowance allowance,
            Transactions transactions,
            ChatProperties prices) {
        this.prices = prices;
        this.models = models;
        this.memberships = memberships;
        this.allowance = allowance;
        this.transactions = transactions;
    }

    /** @param wanted id or slug of one of the caller's organizations; null for the first one */
    Membership payer(Caller caller, @Nullable String wanted) {
        List<Membership> all = memberships.all(caller);
        if (all.isEmpty()) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "Only members of an organization with a valid subscription may do this.");
        }
        return all.stream()
                .filter(membership -> wanted == null
                        || wanted.equals(membership.organizationSlug())
                        || wanted.equalsIgnoreCase(membership.organizationId().toString()))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("organization"));
    }

    EmbeddingModel model(Membership membership, String id) {
        if (!models.has(id)) {
            throw KnowledgeModel.unknown();
        }
        return models.get(membership.organizationId(), id);
    }

    /** Charges the embedded texts, even if some were not embedded, and the portion that was interrupted. */
    Embedded embed(Membership membership, EmbeddingModel model, List<String> texts, Cancellation cancellation) {
        List<Integer> counted = texts.stream().map(model::countTokens).toList();
        int all = counted.stream().mapToInt(Integer::intValue).sum();
        Usage most = prices.input(model.spec().id(), all);
        AiWork work = new AiWork(UUID.randomUUID(), model.spec().id(), List.of(), all, most.cost(), RESERVED);
        allowance.charged(membership, work, sql -> true);
        List<float[]> vectors = new ArrayList<>(texts.size());
        List<Boolean> truncated = new ArrayList<>(texts.size());
        int tokens = 0;
        try {
            for (int from = 0; from < texts.size(); from += PORTION) {
                List<String> portion = texts.subList(from, Math.min(texts.size(), from + PORTION));
                int tokensOfPortion = counted.subList(from, from + portion.size()).stream()
                        .mapToInt(Integer::intValue)
                        .sum();
                cancellation.check();
                try {
                    vectors.addAll(cancellation.awaiting(threads, () -> embed(model, portion)));
                } catch (ProblemException ended) {
                    // The model was at work on an interrupted portion, but not on a failed one.
                    tokens += cancellation.isCancelled() ? tokensOfPortion : 0;
                    throw ended;
                }
                tokens += tokensOfPortion;
                for (int text = from; text < from + portion.size(); text++) {
                    truncated.add(counted.get(text) > model.spec().maxTokens());
                }
            }
        } finally {
            Usage used = prices.input(model.spec().id(), tokens);
            transactions.execute(membership.context(), sql -> allowance.settle(sql, work.id(), null, used));
        }
        return new Embedded(vectors, truncated, tokens);
    }

    private static List<float[]> embed(EmbeddingModel model, List<String> texts) {
        try {
            return model.embedPassages(texts);
        } catch (EmbeddingException failure) {
            throw QuestionVector.unavailable(failure);
        }
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
