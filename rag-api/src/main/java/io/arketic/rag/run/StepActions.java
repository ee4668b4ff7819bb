package io.arketic.rag.run;

import io.arketic.rag.expression.Evaluation;
import io.arketic.rag.expression.ExpressionException;
import io.arketic.rag.expression.Expressions;
import io.arketic.rag.expression.TemplateText;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.DatabaseProblem;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.workflow.Definition.Action;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepField;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepOutcome.Failed;
import io.arketic.rag.workflow.StepTypes;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** From a step of a definition to a call of its type, and from what that throws to an outcome. */
@Component
public class StepActions {

    private static final Logger log = LoggerFactory.getLogger(StepActions.class);

    private final Expressions expressions;
    private final StepTypes types;

    StepActions(Expressions expressions, StepTypes types) {
        this.expressions = expressions;
        this.types = types;
    }

    /** @throws StepFailure where an expression of the configuration fails */
    public StepCall call(
            Membership membership,
            StepRun run,
            Action action,
            Map<String, ? extends @Nullable Object> variables,
            Duration timeout) {
        Map<String, Object> config = new LinkedHashMap<>();
        Evaluation evaluation = new Evaluation(variables);
        for (StepField field : types.require(action.type()).spec().fields()) {
            Object source = action.config().get(field.name());
            if (source == null) {
                continue;
            }
            try {
                Object value = switch (field.kind()) {
                    case EXPRESSION, TEST ->
                        expressions.compile(String.valueOf(source)).evaluate(evaluation);
                    case STEP -> source;
                    default -> TemplateText.render(expressions, source, evaluation);
                };
                if (value != null) {
                    config.put(field.name(), field.checked(value));
                }
            } catch (ExpressionException failure) {
                throw new StepFailure(FailureKind.INVALID, field.name() + ": " + failure.getMessage());
            }
        }
        Map<String, Object> seen = new LinkedHashMap<>();
        variables.forEach((name, value) -> {
            if (value != null) {
                seen.put(name, value);
            }
        });
        Instant now = Instant.now();
        return new StepCall(
                membership,
                run.executionId(),
                run.key(),
                run.id(),
                run.effectId(),
                config,
                run.kept(),
                seen,
                Objects.requireNonNullElse(run.startedAt(), now),
                now.plus(timeout));
    }

    /** @throws StepFailure where it fails or gives neither true nor false */
    boolean test(String condition, Map<String, ? extends @Nullable Object> variables) {
        try {
            if (expressions.compile(condition).evaluate(variables) instanceof Boolean is) {
                return is;
            }
            throw new StepFailure(FailureKind.INVALID, "condition gives neither true nor false");
        } catch (ExpressionException failure) {
            throw new StepFailure(FailureKind.INVALID, "condition: " + failure.getMessage());
        }
    }

    public static StepOutcome failed(Throwable failure) {
        if (failure instanceof StepFailure step) {
            return new Failed(step.kind(), String.valueOf(step.getMessage()));
        }
        if (failure instanceof ProblemException problem) {
            HttpStatus status = problem.reason().status();
            FailureKind kind = status.value() == 429
                    ? FailureKind.LIMIT
                    : status.is5xxServerError()
                            ? FailureKind.TEMPORARY
                            : status.value() == 422 ? FailureKind.INVALID : FailureKind.REFUSED;
            return new Failed(kind, String.valueOf(problem.getMessage()));
        }
        if (failure instanceof DataAccessException) {
            // Others read the run, too.
            return failed(DatabaseProblem.forOthers(failure));
        }
        log.error("A step of a workflow failed", failure);
        return new Failed(FailureKind.INTERNAL, "The failure has been logged with the step's id.");
    }
}
