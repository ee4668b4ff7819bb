package io.arketic.rag.expression;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.runtime.CelEvaluationListener;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what evaluations do: one for each part that is evaluated, and more for large results. A call whose result or whose
 * work can be much larger than its operands is judged when its last operand is known, before it begins.
 */
final class EvaluationCost {

    private static final int CHARACTERS_FOR_ONE = 100;
    private static final int ITEMS_FOR_ONE = 10;

    private final ValueWeights weights = new ValueWeights();
    private long cost;
    private @Nullable String refusal;

    /** Returns why the evaluation was ended; null where it was not. */
    @Nullable
    String refusal() {
        return refusal;
    }

    /** Admits a value that was given and not made here, whatever its size. */
    void given(@Nullable Object value) {
        weights.given(value);
    }

    /** @throws IllegalStateException when values that are kept together are too large */
    void kept(@Nullable Object value) {
        if (!weights.keeps(value)) {
            throw refuse("gives more than " + ValueWeights.MOST + " characters");
        }
    }

    /** @param guarded calls, by the identifier of their last operand */
    CelEvaluationListener listener(Map<Long, CelExpr> guarded) {
        Map<Long, @Nullable Object> results = new HashMap<>();
        return (expression, result) -> {
            charge(1 + size(result));
            if (!weights.admits(result)) {
                throw refuse("makes a value of more than " + ValueWeights.MOST + " characters");
            }
            results.put(expression.id(), result);
            CelExpr call = guarded.get(expression.id());
            if (call != null) {
                judge(call, results);
            }
        };
    }

    private void judge(CelExpr call, Map<Long, ? extends @Nullable Object> results) {
        List<@Nullable Object> operands = new ArrayList<>();
        operands(call).forEach(operand -> operands.add(results.get(operand.id())));
        GuardedCall.Effort effort = GuardedCall.effort(call.call().function(), operands);
        if (effort.characters() > ValueWeights.MOST) {
            throw refuse("makes a text of more than " + ValueWeights.MOST + " characters");
        }
        charge(effort.cost());
    }

    static List<CelExpr> operands(CelExpr call) {
        List<CelExpr> operands = new ArrayList<>();
        call.call().target().ifPresent(operands::add);
        operands.addAll(call.call().args());
        return operands;
    }

    static boolean isGuarded(CelExpr expression) {
        return expression.exprKind().getKind() == ExprKind.Kind.CALL
                && GuardedCall.FUNCTIONS.contains(expression.call().function());
    }

    private void charge(long more) {
        if (refusal != null) {
            // An expression goes on after a failure in one side of || or &&.
            throw refuse(refusal);
        }
        cost += more;
        if (cost > Expressions.MOST_COST) {
            throw refuse("costs more than an expression may");
        }
    }

    private IllegalStateException refuse(String reason) {
        refusal = reason;
        return new IllegalStateException(reason);
    }

    private static long size(Object result) {
        if (result instanceof Collection<?> list) {
            return list.size() / ITEMS_FOR_ONE;
        }
        return result instanceof Map<?, ?> map
                ? map.size() / ITEMS_FOR_ONE
                : ValueWeights.length(result) / CHARACTERS_FOR_ONE;
    }
}
