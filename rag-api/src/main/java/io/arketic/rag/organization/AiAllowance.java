package io.arketic.rag.organization;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Decides which models an organization's members may ask, how often, and for how much. */
@Component
public class AiAllowance {

    private final OrganizationSettings settings;

    AiAllowance(OrganizationSettings settings) {
        this.settings = settings;
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
