package io.arketic.rag.openai;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.generation.QuestionVector;
import io.arketic.rag.generation.TenantModels;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.annotation.PreDestroy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Embeds texts of programs; only their costs are stored. Each call counts as a question. */
@Component
class Embeddings {

    /** Sets the texts between two checks of the caller. */
    private static final int PORTION = 16;

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
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "program-texts"));

    Embeddings(TenantModels models, Memberships memberships, AiAllowance allowance, Transactions transactions) {
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

    /** Charges the embedded texts, even if some were not embedded. */
    Embedded embed(Membership membership, EmbeddingModel model, List<String> texts, Cancellation cancellation) {
        allowance.charged(membership, sql -> true);
        List<float[]> vectors = new ArrayList<>(texts.size());
        List<Boolean> truncated = new ArrayList<>(texts.size());
        int tokens = 0;
        try {
            for (int from = 0; from < texts.size(); from += PORTION) {
                List<String> portion = texts.subList(from, Math.min(texts.size(), from + PORTION));
                vectors.addAll(cancellation.awaiting(threads, () -> embed(model, portion)));
                for (String text : portion) {
                    int counted = model.countTokens(text);
                    truncated.add(counted > model.spec().maxTokens());
                    tokens += counted;
                }
            }
        } finally {
            int used = tokens;
            transactions.execute(membership.context(), sql -> allowance.record(sql, used, BigDecimal.ZERO));
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
