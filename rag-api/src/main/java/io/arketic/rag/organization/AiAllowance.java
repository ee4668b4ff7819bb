package io.arketic.rag.organization;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.math.BigDecimal;
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
        Settings own = settings.of(membership);
        String model = wanted == null ? own.defaultAiModel() : wanted;
        if (!own.allows(model)) {
            throw ProblemException.ofField(
                    ProblemReason.MODEL_NOT_ALLOWED,
                    "ai_model",
                    "'" + model + "' is none that the organization allows");
        }
        return model;
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

    /**
     * Counts one request of the transaction's organization, in its commit; fails if the month's requests or budget are
     * used up. No number of parallel requests passes the limit.
     */
    public void charge(JdbcClient sql) {
        sql.sql("SELECT charge_ai_request()").query(Integer.class).single();
    }

    /**
     * Counts one request of the member's organization, and runs {@code work} in the same commit. The transactions of one
     * organization follow each other, because they all lock its row: otherwise each would hold a connection while it
     * waits for the lock, and answers that end meanwhile would wait behind them.
     *
     * @throws ProblemException as {@link #charge}; also if earlier transactions take too long
     */
    public <T> T charged(Membership membership, Function<JdbcClient, T> work) {
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
                charge(sql);
                return work.apply(sql);
            });
        } finally {
            lock.unlock();
        }
    }

    /** Returns the requests that {@link #charge} counted, if they were never answered. */
    public void uncharge(JdbcClient sql, long requests) {
        sql.sql("SELECT uncharge_ai_requests(:requests)")
                .param("requests", requests)
                .query((row, number) -> true)
                .list();
    }

    /** Adds the tokens of a charged request, and their cost for the organization. */
    public void record(JdbcClient sql, int tokens, BigDecimal cost) {
        sql.sql("SELECT record_ai_usage(:tokens, :cost)")
                .param("tokens", tokens)
                .param("cost", cost)
                .query((row, number) -> true)
                .list();
    }
}
