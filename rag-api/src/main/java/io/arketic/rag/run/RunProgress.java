package io.arketic.rag.run;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.workflow.Definition;
import io.arketic.rag.workflow.Definition.Action;
import io.arketic.rag.workflow.Definition.Step;
import io.arketic.rag.workflow.InlineStep;
import io.arketic.rag.workflow.StepCall;
import io.arketic.rag.workflow.StepFailure;
import io.arketic.rag.workflow.StepOutcome;
import io.arketic.rag.workflow.StepOutcome.Completed;
import io.arketic.rag.workflow.StepTypes;
import io.arketic.rag.workflow.WorkflowTasks;
import io.arketic.rag.workflow.WorkflowVersions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What follows from the state of a run. Each call is within a transaction that holds the lock of the run's row. Steps that
 * only compute are done here at once, so that a chain of them is one commit.
 */
@Component
public class RunProgress {

    private final WorkflowVersions versions;
    private final ExecutionRows rows;
    private final StepActions actions;
    private final StepTypes types;
    private final RunLimits limits;
    private final Identifiers identifiers;
    private final StepMeasures measures;
    private final AttemptOutcomes outcomes;
    private final RunEnd ending;
    private final RunOutput output;
    private final Compensations compensations;

    RunProgress(
            WorkflowVersions versions,
            ExecutionRows rows,
            StepActions actions,
            StepTypes types,
            RunLimits limits,
            Identifiers identifiers,
            StepMeasures measures,
            AttemptOutcomes outcomes,
            RunEnd ending,
            RunOutput output,
            Compensations compensations) {
        this.versions = versions;
        this.rows = rows;
        this.actions = actions;
        this.types = types;
        this.limits = limits;
        this.identifiers = identifiers;
        this.measures = measures;
        this.outcomes = outcomes;
        this.ending = ending;
        this.output = output;
        this.compensations = compensations;
    }

    public Definition definition(JdbcClient sql, ExecutionRow execution) {
        return versions.definition(sql, execution.workflowId(), execution.version());
    }

    /** Returns the action of a step's run. */
    Action action(Definition definition, StepRun run) {
        Step step = definition.step(run.key()).orElseThrow();
        return switch (run.purpose()) {
            case StepRun.COMPENSATION -> Objects.requireNonNull(step.compensation());
            case StepRun.ITEM -> ForEachStep.inner(step.action());
            default -> step.action();
        };
    }

    Map<String, @Nullable Object> variables(
            JdbcClient sql, ExecutionRow execution, Definition definition, StepRun run) {
        Step step = definition.step(run.key()).orElseThrow();
        List<StepRun> all = rows.steps(sql, execution.id());
        Set<String> visible = new HashSet<>(definition.upstream(step));
        if (run.purpose().equals(StepRun.COMPENSATION)) {
            all.forEach(one -> visible.add(one.key()));
        }
        Map<String, @Nullable Object> variables = RunVariables.of(execution, definition, all, visible);
        if (run.purpose().equals(StepRun.ITEM)) {
            variables.put("item", run.item());
            variables.put("index", run.position());
        }
        return variables;
    }

    /** Begins what can begin, and ends the run when nothing is left. */
    void advance(JdbcClient sql, ExecutionRow execution, Membership membership) {
        Definition definition = definition(sql, execution);
        Map<String, StepRun> steps = steps(sql, execution);
        List<ComputedStep> computed = new ArrayList<>();
        int begun = 0;
        boolean more = failing(definition, steps).isEmpty();
        while (more) {
            more = false;
            for (Step step : definition.steps()) {
                if (!steps.containsKey(step.id()) && ready(step, steps)) {
                    StepRun run = begin(sql, execution, definition, membership, step, steps, computed);
                    steps.put(step.id(), run);
                    begun++;
                    more = true;
                    if (run.is("failed") && !step.continueOnError()) {
                        more = false;
                        break;
                    }
                }
            }
        }
        store(sql, execution, computed);
        if (begun > 0 && rows.count(sql, begun) > limits.stepsPerDay()) {
            ending.end(
                    sql,
                    execution,
                    "failed",
                    null,
                    "The organization has begun as many steps today as it may: " + limits.stepsPerDay());
            return;
        }
        Optional<StepRun> failed = failing(definition, steps);
        if (failed.isPresent()) {
            rows.cancelUnlessCompensating(sql, execution.id());
            if (compensations.goOn(sql, execution, definition)) {
                show(sql, execution);
            } else {
                StepRun why = failed.get();
                ending.end(sql, execution, "failed", null, why.key() + ": " + why.errorMessage());
            }
            return;
        }
        if (!show(sql, execution)) {
            finish(sql, execution, definition, steps);
        }
    }

    /** Shows how far it is. False where nothing is open any longer. */
    private boolean show(JdbcClient sql, ExecutionRow execution) {
        List<StepRun> all = rows.steps(sql, execution.id());
        List<StepRun> open = all.stream().filter(StepRun::isOpen).toList();
        if (open.isEmpty()) {
            return false;
        }
        boolean waits = open.stream().allMatch(run -> run.is("waiting") || run.is("unknown"));
        rows.progress(
                sql,
                execution,
                waits ? "waiting" : "running",
                (int) all.stream().filter(StepRun::counts).count(),
                open.get(0).key());
        if (waits && !execution.status().equals("waiting")) {
            RunEnd.promote(sql);
        }
        return true;
    }

    private Map<String, StepRun> steps(JdbcClient sql, ExecutionRow execution) {
        Map<String, StepRun> steps = new LinkedHashMap<>();
        rows.steps(sql, execution.id()).stream()
                .filter(run -> run.purpose().equals(StepRun.STEP))
                .forEach(run -> steps.put(run.key(), run));
        return steps;
    }

    private static boolean ready(Step step, Map<String, StepRun> steps) {
        return step.dependsOn().stream().allMatch(id -> {
            StepRun before = steps.get(id);
            return before != null && before.ended();
        });
    }

    /** The failure that ends the run. */
    private static Optional<StepRun> failing(Definition definition, Map<String, StepRun> steps) {
        return definition.steps().stream()
                .filter(step -> !step.continueOnError())
                .map(step -> steps.get(step.id()))
                .filter(run -> run != null && run.is("failed"))
                .map(run -> (StepRun) run)
                .findFirst();
    }

    private StepRun begin(
            JdbcClient sql,
            ExecutionRow execution,
            Definition definition,
            Membership membership,
            Step step,
            Map<String, StepRun> steps,
            List<ComputedStep> computed) {
        Map<String, @Nullable Object> variables =
                RunVariables.of(execution, definition, steps.values(), definition.upstream(step));
        try {
            if (skipped(step, definition, steps, variables)) {
                store(sql, execution, computed);
                return rows.add(sql, execution.id(), step.id(), StepRun.STEP, 0, "skipped");
            }
        } catch (StepFailure failure) {
            store(sql, execution, computed);
            StepRun run = rows.add(sql, execution.id(), step.id(), StepRun.STEP, 0, "scheduled");
            rows.fail(sql, run, "failed", failure.kind().label(), String.valueOf(failure.getMessage()), null);
            return rows.step(sql, run.id()).orElseThrow();
        }
        if (types.find(step.action().type()).orElse(null) instanceof InlineStep inline) {
            return compute(sql, execution, definition, membership, step, inline, variables, computed);
        }
        store(sql, execution, computed);
        StepRun run = rows.add(sql, execution.id(), step.id(), StepRun.STEP, 0, "scheduled");
        WorkflowTasks.schedule(sql, ExecutionTasks.STEP, run.id(), Instant.now());
        return run;
    }

    /** Writes the rows of steps that are done, in their order and before any other row. */
    private void store(JdbcClient sql, ExecutionRow execution, List<ComputedStep> computed) {
        if (!computed.isEmpty()) {
            rows.addCompleted(sql, execution.id(), computed);
            computed.clear();
        }
    }

    /** Computes a step before its row is there; rows of successive steps are written together. */
    private StepRun compute(
            JdbcClient sql,
            ExecutionRow execution,
            Definition definition,
            Membership membership,
            Step step,
            InlineStep inline,
            Map<String, @Nullable Object> variables,
            List<ComputedStep> computed) {
        StepRun draft = StepRun.draft(identifiers.next(), execution.id(), step.id(), identifiers.next());
        StepOutcome outcome;
        Map<String, Object> input = Map.of();
        Instant began = Instant.now();
        try {
            StepCall call = actions.call(membership, draft, step.action(), variables, step.timeout());
            input = call.config();
            outcome = inline.run(call);
        } catch (RuntimeException failure) {
            outcome = StepActions.failed(failure);
        }
        measures.attempt(step.action().type(), outcome, Duration.between(began, Instant.now()), execution, draft);
        String output = outcome instanceof Completed completed ? rows.text(completed.output()) : "";
        if (outcome instanceof Completed && output.length() <= AttemptOutcomes.LARGEST_OUTPUT) {
            ComputedStep done = new ComputedStep(draft.completed(rows.object(output)), rows.text(input), output);
            computed.add(done);
            return done.run();
        }
        store(sql, execution, computed);
        StepRun run = rows.add(sql, execution.id(), step.id(), StepRun.STEP, 0, "scheduled");
        outcomes.apply(sql, execution, definition, rows.begin(sql, run, null, input), outcome);
        return rows.step(sql, run.id()).orElseThrow();
    }

    /**
     * A condition of its own decides. Otherwise a step is skipped after a condition that is false, and where all that it
     * depends on was skipped.
     */
    private boolean skipped(
            Step step, Definition definition, Map<String, StepRun> steps, Map<String, @Nullable Object> variables) {
        if (step.condition() != null) {
            return !actions.test(step.condition(), variables);
        }
        boolean refused = step.dependsOn().stream().anyMatch(id -> {
            StepRun before = steps.get(id);
            return before != null
                    && before.output() != null
                    && definition
                            .step(id)
                            .filter(one -> one.action().type().equals(ConditionStep.NAME))
                            .isPresent()
                    && Boolean.FALSE.equals(before.output().get(ConditionStep.RESULT));
        });
        return refused
                || !step.dependsOn().isEmpty()
                        && step.dependsOn().stream()
                                .allMatch(id ->
                                        Objects.requireNonNull(steps.get(id)).is("skipped"));
    }

    private void finish(JdbcClient sql, ExecutionRow execution, Definition definition, Map<String, StepRun> steps) {
        try {
            ending.end(sql, execution, "completed", output.of(execution, definition, steps), null);
        } catch (StepFailure failure) {
            ending.end(sql, execution, "failed", null, "output: " + failure.getMessage());
        }
    }
}
