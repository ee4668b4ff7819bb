package io.arketic.rag.expression;

import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates expressions with the same variables. Together they cost at most {@link Expressions#MOST_COST}; one thread uses
 * it.
 */
public final class Evaluation {

    private final Map<String, ? extends @Nullable Object> values;
    private final Map<String, Object> converted = new HashMap<>();
    private final EvaluationCost cost = new EvaluationCost();

    /** @param values as JSON has them */
    public Evaluation(Map<String, ? extends @Nullable Object> values) {
        this.values = values;
    }

    /** Returns what a program gives, as JSON has it. */
    @Nullable
    Object of(CelRuntime.Program program, Map<Long, CelExpr> guarded) throws ExpressionException {
        try {
            Object result = program.trace(this::variable, cost.listener(guarded));
            cost.kept(result);
            return CelValues.json(result);
        } catch (CelEvaluationException | RuntimeException | StackOverflowError failure) {
            String refusal = cost.refusal();
            throw new ExpressionException(refusal != null ? refusal : String.valueOf(failure.getMessage()), failure);
        }
    }

    /** Converts a variable when an expression reads it for the first time. */
    private Optional<Object> variable(String name) {
        if (!values.containsKey(name)) {
            return Optional.empty();
        }
        return Optional.of(converted.computeIfAbsent(name, key -> {
            Object value = CelValues.cel(values.get(key));
            cost.given(value);
            return value;
        }));
    }
}
