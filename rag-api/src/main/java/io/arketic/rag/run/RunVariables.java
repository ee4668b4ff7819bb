package io.arketic.rag.run;

import io.arketic.rag.workflow.Definition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds the variables that the expressions of a step can read. */
final class RunVariables {

    private RunVariables() {}

    /** @param visible the steps whose results may be read */
    static Map<String, @Nullable Object> of(
            ExecutionRow execution, Definition definition, Collection<StepRun> runs, Set<String> visible) {
        Map<String, Object> steps = new LinkedHashMap<>();
        for (StepRun run : runs) {
            if (run.purpose().equals(StepRun.STEP) && visible.contains(run.key())) {
                steps.put(run.key(), step(run));
            }
        }
        Map<String, Object> input = new LinkedHashMap<>(definition.input());
        input.putAll(execution.input());
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put("input", input);
        variables.put("steps", steps);
        variables.put("trigger", execution.trigger());
        variables.put("workflow", Map.of("id", execution.workflowId().toString(), "version", execution.version()));
        variables.put("execution", Map.of("id", execution.id().toString(), "number", execution.number()));
        variables.put("now", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        variables.put("item", null);
        variables.put("index", -1);
        return variables;
    }

    private static Map<String, @Nullable Object> step(StepRun run) {
        Map<String, @Nullable Object> step = new LinkedHashMap<>();
        step.put("status", run.status());
        step.put("output", run.output() == null ? Map.of() : run.output());
        step.put("error", run.errorMessage());
        return step;
    }
}
