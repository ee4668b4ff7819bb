package io.arketic.rag.organization;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.model.Usage;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Decides which models an organization's members may ask, how often, and for how much. */
@Component
public class AiAllowance {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final OrganizationSettings settings;
    private final Transactions transactions;
    private final LoadingCache<UUID, Lock> charging =
            Caffeine.newBuilder().weakValues().build(organization -> new ReentrantLock(true));

    AiAllowance(OrganizationSettings settings, Transactions transactions) {
        this.settings = settings;
        this.transactions = transactions;
    }

    /** Returns the wanted model, or the organization's own; refuses one that the organization does not allow. */
    public String model(Membership membership, @Nullable String wanted) {
        return allowed(settings.of(membership), wanted);
    }

    /** Returns the model of chats that name none. */
    public String defaultModel(Membership membership) {
        return settings.of(membership).defaultAiModel();
    }

    /** Returns the models that members may name, in the order of the organization's list; empty if it allows every model. */
    public Optional<List<String>> models(Membership membership) {
        return Optional.ofNullable(settings.of(membership).allowedAiModels());
    }

    /**
     * Returns the model that the asker prefers, if the organization allows it; else as {@link #model(Membership,
     * String)}.
     */
    public String model(Membership membership, @Nullable String preferred, @Nullable String wanted) {
        return preferred != null && settings.of(membership).allows(preferred) ? preferred : model(membership, wanted);
    }

    /** Returns as {@link #model(Membership, String)}, within the caller's transaction. */
    public String model(JdbcClient sql, Membership membership, @Nullable String wanted) {
        return allowed(settings.of(sql, membership), wanted);
    }

    /**
     * Counts one request of the transaction's organization, and reserves the most that the work may use, in its commit.
     * It fails if the month's requests or budget are used up, or a cap does not admit the work. No number of parallel
     * requests passes a limit. The same work is charged once.
     */
    public void charge(JdbcClient sql, AiWork work) {
        sql.sql("""
                        SELECT charge_ai(
                            :id, :model, CAST(:bases AS uuid[]), :tokens, :cost,
                            now() + CAST(:seconds || ' seconds' AS interval))""")
                .param("id", work.id())
                .param("model", work.model())
                .param(
                        "bases",
                        work.knowledgeBases().stream().map(UUID::toString).toArray(String[]::new))
                .param("tokens", work.mostTokens())
                .param("cost", work.mostCost())
                .param("seconds", work.longest().toSeconds())
                .query((row, number) -> true)
                .list();
    }

    /**
     * Charges the work to the member's organization, and runs {@code then} in the same commit. The transactions of one
     * organization follow each other, because they all lock its row: otherwise each would hold a connection while it
     * waits for the lock, and answers that end meanwhile would wait behind them.
     *
     * @throws ProblemException as {@link #charge}; also if earlier transactions take too long
     */
    public <T> T charged(Membership membership, AiWork work, Function<JdbcClient, T> then) {
        Lock lock = charging.get(membership.organizationId());
        try {
            if (!lock.tryLock(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw ProblemException.tooManyRequests(
                        "Earlier requests of the organization are still counted.", AGAIN);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw ProblemException.tooManyRequests("The server stops.", AGAIN);
        }
        try {
            return transactions.run(membership.context(), sql -> {
                charge(sql, work);
                return then.apply(sql);
            });
        } finally {
            lock.unlock();
        }
    }

    /** Returns the request of a charge that was never answered; a settled charge stays. */
    public void cancel(JdbcClient sql, UUID charge) {
        sql.sql("SELECT cancel_ai(:id)")
                .param("id", charge)
                .query((row, number) -> true)
                .list();
    }

    /**
     * Replaces the reservation of a charge by what was used. It has an effect once.
     *
     * @param model that did the work; null for the charged one
     */
    public void settle(JdbcClient sql, UUID charge, @Nullable String model, Usage usage) {
        sql.sql("SELECT settle_ai(:id, CAST(:model AS text), :input, :output, :cost)")
                .param("id", charge)
                .param("model", model)
                .param("input", (long) usage.promptTokens())
                .param("output", (long) usage.completionTokens())
                .param("cost", usage.cost())
                .query((row, number) -> true)
                .list();
    }

    private static String allowed(Settings own, @Nullable String wanted) {
        String model = wanted == null ? own.defaultAiModel() : wanted;
        if (!own.allows(model)) {
            throw ProblemException.ofField(
                    ProblemReason.MODEL_NOT_ALLOWED,
                    "ai_model",
                    "'" + model + "' is none that the organization allows");
        }
        return model;
    }
}
