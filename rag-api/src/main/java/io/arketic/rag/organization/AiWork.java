package io.arketic.rag.organization;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Describes what a model is to do, before it does it.
 *
 * @param id of the charge; the same one is charged once
 * @param knowledgeBases that are asked; empty where none is
 * @param mostTokens that it may use, which are reserved until it has ended
 * @param mostCost of these tokens
 * @param longest that it may take, after which the reservation ends
 */
public record AiWork(
        UUID id, String model, List<UUID> knowledgeBases, long mostTokens, BigDecimal mostCost, Duration longest) {

    public AiWork {
        knowledgeBases = List.copyOf(knowledgeBases);
    }

    /** Returns the same work, whose reservation lasts so much longer. */
    public AiWork lasting(Duration longer) {
        return new AiWork(id, model, knowledgeBases, mostTokens, mostCost, longest.plus(longer));
    }
}
