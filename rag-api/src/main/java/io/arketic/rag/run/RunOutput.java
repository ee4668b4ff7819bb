package io.arketic.rag.run;

import io.arketic.rag.expression.ExpressionException;
import io.arketic.rag.expression.Expressions;
import io.arketic.rag.workflow.Definition;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.StepFailure;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Computes the output of a run: by its definition, or else the outputs of the last steps. */
@Component
class RunOutput {

    private final Expressions expressions;
    private final ExecutionRows rows;

    RunOutput(Expressions expressions, ExecutionRows rows) {
        this.expressions = expressions;
        this.rows = rows;
    }

    /** @throws StepFailure where the expression fails or gives too much */
    Map<String, @Nullable Object> of(ExecutionRow execution, Definition definition, Map<String, StepRun> steps) {
        Map<String, @Nullable Object> output = new LinkedHashMap<>();
        if (definition.output() != null) {
            try {
                output.put(
                        "result",
                        expressions
                                .compile(definition.output())
                                .evaluate(RunVariables.of(execution, definition, steps.values(), steps.keySet())));
            } catch (ExpressionException failure) {
                throw new StepFailure(FailureKind.INVALID, String.valueOf(failure.getMessage()));
            }
        } else {
            Set<String> inner = new HashSet<>();
            definition.steps().forEach(step -> inner.addAll(step.dependsOn()));
            steps.values().stream()
                    .filter(run -> !inner.contains(run.key()) && run.is("completed"))
                    .forEach(run -> output.put(run.key(), run.output()));
        }
        if (rows.text(output).length() > AttemptOutcomes.LARGEST_OUTPUT) {
            throw new StepFailure(
                    FailureKind.INVALID, "gives more than " + AttemptOutcomes.LARGEST_OUTPUT + " characters");
        }
        return output;
    }
}
