package io.arketic.rag.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.CelKind;
import dev.cel.runtime.CelRuntime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A compiled expression of the Common Expression Language. Any number of threads may evaluate it. */
public final class Expression {

    private static final String STEPS = "steps";
    private static final String INDEX = "_[_]";

    private final CelAbstractSyntaxTree tree;
    private final CelRuntime.Program program;
    private final Set<String> variables;
    private final Set<String> steps = new TreeSet<>();
    private final boolean unnamedSteps;
    private final Map<Long, CelExpr> guarded;

    Expression(CelAbstractSyntaxTree tree, CelRuntime.Program program) {
        this.tree = tree;
        this.program = program;
        Set<CelExpr> all = CelNavigableAst.fromAst(tree)
                .getRoot()
                .allNodes()
                .map(node -> node.expr())
                .collect(Collectors.toSet());
        this.variables = all.stream()
                .filter(expr -> expr.exprKind().getKind() == ExprKind.Kind.IDENT)
                .map(expr -> expr.ident().name())
                .collect(Collectors.toCollection(TreeSet::new));
        all.stream()
                .filter(expr -> expr.exprKind().getKind() == ExprKind.Kind.COMPREHENSION)
                .forEach(expr -> variables.remove(expr.comprehension().iterVar()));
        long named = 0;
        long mentioned = 0;
        for (CelExpr expr : all) {
            mentioned += isSteps(expr) ? 1 : 0;
            String step = step(expr);
            if (step != null) {
                steps.add(step);
                named++;
            }
        }
        this.unnamedSteps = mentioned > named;
        this.guarded = all.stream()
                .filter(EvaluationCost::isGuarded)
                .filter(call -> !EvaluationCost.operands(call).isEmpty())
                .collect(Collectors.toMap(Expression::lastOperand, call -> call, (one, same) -> one));
    }

    /** The steps whose results it reads. */
    public Set<String> steps() {
        return Set.copyOf(steps);
    }

    /** Returns whether it reads {@code steps} without naming one, so that the steps it reads are not known. */
    public boolean readsUnnamedSteps() {
        return unnamedSteps;
    }

    /** Names that it reads and does not declare itself. */
    public Set<String> variables() {
        return Set.copyOf(variables);
    }

    /** False where it is known before it is evaluated that it gives something else. */
    public boolean mayBeBoolean() {
        CelKind kind = tree.getResultType().kind();
        return kind == CelKind.BOOL || kind == CelKind.DYN;
    }

    /**
     * What it gives, as JSON has it: text, {@code Long}, {@code Double}, {@code Boolean}, list, map or null. Times and durations
     * are texts.
     *
     * @throws ExpressionException also where it costs more than {@link Expressions#MOST_COST}, or makes a value that is too
     *     large
     */
    public @Nullable Object evaluate(Map<String, ? extends @Nullable Object> values) throws ExpressionException {
        return evaluate(new Evaluation(values));
    }

    /** Like {@link #evaluate(Map)}, as one of several expressions that cost so much together. */
    public @Nullable Object evaluate(Evaluation evaluation) throws ExpressionException {
        return evaluation.of(program, guarded);
    }

    private static long lastOperand(CelExpr call) {
        List<CelExpr> operands = EvaluationCost.operands(call);
        return operands.get(operands.size() - 1).id();
    }

    private static boolean isSteps(CelExpr expr) {
        return expr.exprKind().getKind() == ExprKind.Kind.IDENT
                && expr.ident().name().equals(STEPS);
    }

    private static @Nullable String step(CelExpr expr) {
        if (expr.exprKind().getKind() == ExprKind.Kind.SELECT
                && isSteps(expr.select().operand())) {
            return expr.select().field();
        }
        if (expr.exprKind().getKind() == ExprKind.Kind.CALL
                && expr.call().function().equals(INDEX)
                && isSteps(expr.call().args().get(0))) {
            CelExpr key = expr.call().args().get(1);
            return key.exprKind().getKind() == ExprKind.Kind.CONSTANT
                            && key.constant().getKind() == CelConstant.Kind.STRING_VALUE
                    ? key.constant().stringValue()
                    : null;
        }
        return null;
    }
}
