package io.arketic.rag.expression;

import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationListener;
import java.util.Collection;
import java.util.Map;

/** Adds up what an evaluation does: one for each part that is evaluated, and more for large results. */
final class EvaluationCost implements CelEvaluationListener {

    private static final int CHARACTERS_FOR_ONE = 100;

    private long cost;

    boolean exceeded() {
        return cost > Expressions.MOST_COST;
    }

    @Override
    public void callback(CelExpr expression, Object result) {
        cost += 1 + size(result);
        if (exceeded()) {
            throw new IllegalStateException("too expensive");
        }
    }

    private static long size(Object result) {
        if (result instanceof CharSequence text) {
            return text.length() / CHARACTERS_FOR_ONE;
        }
        if (result instanceof Collection<?> list) {
            return list.size() / 10;
        }
        return result instanceof Map<?, ?> map ? map.size() / 10 : 0;
    }
}
